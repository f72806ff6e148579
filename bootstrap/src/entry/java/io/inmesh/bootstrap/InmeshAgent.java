package io.inmesh.bootstrap;

import java.lang.instrument.Instrumentation;

/**
 * Entry point of {@code -javaagent} and of a late attach. Compiled for Java 8 so that an old JVM
 * prints a sentence instead of an UnsupportedClassVersionError. Nothing that happens here may stop
 * the app: each way out is one line.
 *
 * <p>Before main runs, nothing here touches java.util.logging, java.nio.file or TLS: each of them
 * freezes providers that the app's main may still want to choose (JDK-8345810).
 */
public final class InmeshAgent {
  private InmeshAgent() {}

  /** Called by the JVM before main. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    start(arguments, instrumentation, false);
  }

  /** Called by the JVM on a late attach. */
  public static void agentmain(String arguments, Instrumentation instrumentation) {
    start(arguments, instrumentation, true);
  }

  private static void start(String arguments, Instrumentation instrumentation, boolean attached) {
    try {
      String reason = reasonToStayOut(arguments);
      if (reason == null) {
        reason = AgentStart.start(arguments, instrumentation, attached);
      }
      if (reason != null && !reason.isEmpty()) {
        say(reason);
      }
    } catch (Throwable failure) {
      // Nothing is instrumented yet: the app runs as if the flag were absent.
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      say("it could not start: " + cause);
    }
  }

  /** Null when the mesh may start; empty to stay out silently. */
  private static String reasonToStayOut(String arguments) {
    String mode = mode(arguments);
    if (mode != null && mode.trim().equalsIgnoreCase("off")) {
      return "";
    }
    String version = System.getProperty("java.specification.version", "0");
    if (version.startsWith("1.") || Integer.parseInt(version) < 17) {
      return "Java " + version + " is older than 17";
    }
    String module = System.getProperty("jdk.module.main", "");
    if (module.startsWith("java.")
        || (module.startsWith("jdk.") && !module.equals("jdk.httpserver"))) {
      return "this is a JDK tool (" + module + ")";
    }
    return null;
  }

  private static String mode(String arguments) {
    String mode = System.getProperty("inmesh.mode");
    if (mode == null) {
      mode = System.getenv("INMESH_MODE");
    }
    if (mode == null && arguments != null) {
      for (String argument : arguments.split(";")) {
        int equals = argument.indexOf('=');
        if (equals > 0 && argument.substring(0, equals).trim().equals("mode")) {
          mode = argument.substring(equals + 1);
        }
      }
    }
    return mode;
  }

  private static void say(String reason) {
    System.err.println("inmesh: the mesh is not active: " + reason);
  }
}
