package io.inmesh.bootstrap;

import java.lang.instrument.Instrumentation;

/** Keeps the entry point free of any link to classes that an old JVM cannot load. */
final class AgentStart {
  private static final String LAUNCH = "io.inmesh.bootstrap.AgentLaunch";

  private AgentStart() {}

  /** Returns why the mesh did not start, or null. */
  static String start(String arguments, Instrumentation instrumentation, boolean attached)
      throws Exception {
    return (String)
        Class.forName(LAUNCH)
            .getMethod("launch", String.class, Instrumentation.class, Boolean.class)
            .invoke(null, arguments, instrumentation, attached);
  }
}
