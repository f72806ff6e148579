package io.inmesh.control.client.transport;

/** A single thread that runs tasks one after the other. */
public interface EventThread {
  /** Whether the caller is on it. */
  boolean isCurrent();

  /** Runs a task soon; from any thread. Without effect once the thread has ended. */
  void execute(Runnable task);

  /** Runs a task after a delay. */
  void schedule(Runnable task, long delayNanos);

  /** A clock that never goes back. */
  default long nanoTime() {
    return System.nanoTime();
  }
}
