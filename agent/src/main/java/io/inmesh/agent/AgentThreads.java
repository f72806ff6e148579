package io.inmesh.agent;

/** The names of the agent's threads; all are daemons but those that run when the JVM ends. */
final class AgentThreads {
  static final String START = "inmesh-start";
  static final String IO = "inmesh-io";
  static final String TIMER = "inmesh-timer";
  static final String ADMIN = "inmesh-admin";
  static final String TELEMETRY = "inmesh-telemetry";
  static final String EXIT = "inmesh-exit";

  private static final String PREFIX = "inmesh-";

  private AgentThreads() {}

  /** True on a thread of the agent. */
  static boolean isOwn(Thread thread) {
    return thread.getName().startsWith(PREFIX);
  }
}
