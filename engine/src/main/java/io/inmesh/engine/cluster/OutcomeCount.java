package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** Attempts of one interval and how many of them succeeded. Thread-safe. */
final class OutcomeCount {
  private static final AtomicLongFieldUpdater<OutcomeCount> CURRENT =
      AtomicLongFieldUpdater.newUpdater(OutcomeCount.class, "current");
  private static final int BITS = 32;

  private final boolean on;

  /** Successes above, all below; one number, so that an interval ends at one moment. */
  @SuppressWarnings("UnusedVariable")
  private volatile long current;

  private long last;

  /**
   * @param on false where nobody asks: then nothing is counted
   */
  OutcomeCount(boolean on) {
    this.on = on;
  }

  void add(boolean success) {
    if (on) {
      CURRENT.addAndGet(this, success ? (1L << BITS) + 1 : 1);
    }
  }

  /** An interval ends: what was counted in it can be asked for. */
  void endInterval() {
    last = CURRENT.getAndSet(this, 0);
  }

  /** Attempts of the interval that ended last. */
  long volume() {
    return last & 0xffffffffL;
  }

  /** Percent of them that succeeded; only where there were any. */
  double successRate() {
    return (last >>> BITS) * 100.0 / volume();
  }
}
