package io.inmesh.agent;

import io.inmesh.agent.config.Settings;
import io.inmesh.agent.config.SettingsSource;
import io.inmesh.agent.link.Linker;
import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.agent.weave.TypeIndex;
import io.inmesh.agent.weave.WeavingTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the agent together. What must be in place before main runs happens on the calling thread and
 * is kept short: the dispatcher, the linker, the index, the transformer. Everything else starts on
 * a thread of its own.
 */
public final class AgentMain implements Function<Map<String, Object>, @Nullable String> {
  private static final String VERSION = "META-INF/inmesh/version";

  /**
   * Starts the agent.
   *
   * @param launch what {@code AgentLaunch} hands over
   * @return why the mesh is not active, or null
   */
  @Override
  public @Nullable String apply(Map<String, Object> launch) {
    Settings settings;
    SettingsSource source;
    try {
      source =
          new SettingsSource(
              System.getProperties(), System.getenv(), (String) given(launch, "arguments"));
      settings = Settings.read(source);
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
    if (settings.mode() == Settings.Mode.OFF) {
      return null;
    }
    AgentLog log = new AgentLog(System.err, settings.log());
    for (String name : source.unknown()) {
      log.warn("there is no setting " + name + "; it is ignored (docs/settings.md has them all)");
    }
    Instrumentation instrumentation = (Instrumentation) given(launch, "instrumentation");
    boolean attached = (Boolean) given(launch, "attached");
    @SuppressWarnings("unchecked")
    Function<String, byte @Nullable []> files =
        (Function<String, byte @Nullable []>) given(launch, "files");
    byte[] written = files.apply(VERSION);
    String version = written == null ? "unknown" : new String(written, StandardCharsets.US_ASCII);
    ModuleCatalog catalog = new ModuleCatalog(settings.modulesOff(), files, log);
    AgentCore core = new AgentCore(settings, catalog, log);
    try {
      if (settings.outbound() || settings.inbound().on()) {
        Class<?> dispatcher = (Class<?>) given(launch, "dispatcher");
        instrument(instrumentation, dispatcher, files, core, catalog, log);
      }
    } catch (ReflectiveOperationException e) {
      return "the agent cannot link: " + e;
    }
    MainWatch main = MainWatch.install(instrumentation, attached);
    // No lambda: the first one would cost the app some milliseconds of its start.
    Thread start =
        new Thread(AgentThreads.START) {
          @Override
          public void run() {
            try {
              LateWeaving late = new LateWeaving(instrumentation, files, catalog, log);
              new AgentServices(version, settings, log, core.parts(), catalog, late).start(main);
            } catch (LinkageError e) {
              log.error("the agent jar is incomplete; calls follow the startup setting", e);
            }
          }
        };
    start.setDaemon(true);
    start.start();
    return null;
  }

  private static void instrument(
      Instrumentation instrumentation,
      Class<?> dispatcher,
      Function<String, byte @Nullable []> files,
      AgentCore core,
      ModuleCatalog catalog,
      AgentLog log)
      throws ReflectiveOperationException {
    byte[] index = files.apply(TypeIndex.PATH);
    if (index == null) {
      throw new ClassNotFoundException("the agent jar has no " + TypeIndex.PATH);
    }
    Linker linker = new Linker(files, core, instrumentation, log);
    dispatcher.getField("linker").set(null, linker.handle());
    new WeavingTransformer(TypeIndex.parse(index), catalog, log).install(instrumentation);
  }

  private static Object given(Map<String, Object> launch, String name) {
    Object value = launch.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the entry point gave no " + name);
    }
    return value;
  }
}
