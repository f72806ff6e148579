package io.inmesh.agent;

import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.agent.weave.TypeIndex;
import io.inmesh.agent.weave.WeavingTransformer;
import java.lang.instrument.Instrumentation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the guard into the JDK's sockets, which are loaded by then. Done when there is a
 * configuration to guard and main has started: an app pays nothing for it before.
 */
record GuardStart(
    Instrumentation instrumentation,
    Function<String, byte @Nullable []> files,
    ModuleCatalog catalog,
    AgentLog log) {
  void weave() {
    long started = System.nanoTime();
    byte[] index = files.apply(TypeIndex.GUARD_PATH);
    if (index == null) {
      log.warn("connections past the modules are not seen: no " + TypeIndex.GUARD_PATH);
      return;
    }
    new WeavingTransformer(TypeIndex.parse(index), catalog, log).install(instrumentation);
    log.debug("sockets are guarded; woven in " + (System.nanoTime() - started) / 1_000 + " us");
  }
}
