package io.inmesh.instrumentation.api;

/** The agent's timer. Thread-safe. */
public interface Timers {
  /**
   * Runs {@code task} once on the thread {@code inmesh-timer} after {@code nanos}; the task must
   * not block.
   *
   * @return cancels the task if it has not started; never throws
   */
  Cancellable after(long nanos, Runnable task);

  /** Something that can be called off. */
  @FunctionalInterface
  interface Cancellable {
    /** Calls it off; no effect the second time. */
    void cancel();
  }
}
