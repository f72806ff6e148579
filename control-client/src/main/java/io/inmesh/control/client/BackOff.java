package io.inmesh.control.client;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Envoy's jittered exponential back-off: uniform between 0 and an interval that doubles from 500 ms
 * to 30 s. Not thread-safe.
 */
public final class BackOff {
  private static final long BASE = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long MAX = TimeUnit.SECONDS.toNanos(30);

  private long interval = BASE;

  /** The next wait, in nanoseconds. */
  public long next() {
    long wait = ThreadLocalRandom.current().nextLong(interval);
    interval = Math.min(interval * 2, MAX);
    return wait;
  }

  /** The interval that the next wait is drawn from. */
  long interval() {
    return interval;
  }

  /** Begins anew, after a success. */
  public void reset() {
    interval = BASE;
  }
}
