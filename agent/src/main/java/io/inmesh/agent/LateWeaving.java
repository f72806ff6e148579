package io.inmesh.agent;

import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.agent.weave.TypeIndex;
import io.inmesh.agent.weave.WeavingTransformer;
import java.lang.instrument.Instrumentation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Weaves what hooks classes of the JDK that are loaded by then: the guard into its sockets, the
 * mesh's server names into its TLS. Done when there is a configuration and main has started: an app
 * pays nothing for it before.
 */
record LateWeaving(
    Instrumentation instrumentation,
    Function<String, byte @Nullable []> files,
    ModuleCatalog catalog,
    AgentLog log) {
  void weave() {
    long started = System.nanoTime();
    byte[] index = files.apply(TypeIndex.LATE_PATH);
    if (index == null) {
      log.warn(
          "connections past the modules are not seen and sidecars cannot connect: no "
              + TypeIndex.LATE_PATH);
      return;
    }
    new WeavingTransformer(TypeIndex.parse(index), catalog, log).install(instrumentation);
    log.debug(
        "sockets and server names are woven in " + (System.nanoTime() - started) / 1_000 + " us");
  }
}
