package io.inmesh.bootstrap;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens the agent jar in a loader of its own and hands over to the agent. */
public final class AgentLaunch {
  private static final String AGENT = "io.inmesh.agent.AgentMain";

  private AgentLaunch() {}

  /**
   * Starts the agent; called once per attach on the thread of the JVM's choice.
   *
   * @return why the mesh is not active, or null when it is
   */
  public static @Nullable String launch(
      @Nullable String arguments, Instrumentation instrumentation, Boolean attached)
      throws ReflectiveOperationException, IOException, URISyntaxException {
    File jar =
        new File(AgentLaunch.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (!jar.isFile()) {
      return jar + " is not the agent jar";
    }
    AgentClassLoader loader = new AgentClassLoader(jar);
    byte[] dispatcher = loader.bytes("java/lang/MeshDispatcher.classdata");
    if (dispatcher == null) {
      return jar + " is incomplete: the dispatcher is missing";
    }
    if (DispatcherDefinition.inCharge()) {
      return "it is already attached to this process";
    }
    Class<?> linkerHome = DispatcherDefinition.define(instrumentation, dispatcher);
    // A JDK interface, since the agent's own types are not visible from here.
    @SuppressWarnings("unchecked")
    Function<Map<String, Object>, @Nullable String> agent =
        (Function<Map<String, Object>, @Nullable String>)
            Class.forName(AGENT, true, loader)
                .asSubclass(Function.class)
                .getDeclaredConstructor()
                .newInstance();
    return agent.apply(
        Map.of(
            "arguments", arguments == null ? "" : arguments,
            "instrumentation", instrumentation,
            "attached", attached,
            "dispatcher", linkerHome,
            "files", files(loader)));
  }

  /** No lambda: the first one would cost the app some milliseconds of its start. */
  private static Function<String, byte @Nullable []> files(AgentClassLoader loader) {
    return new Function<>() {
      @Override
      public byte @Nullable [] apply(String path) {
        return loader.bytes(path);
      }
    };
  }
}
