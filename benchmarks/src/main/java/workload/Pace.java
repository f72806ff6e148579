package workload;

import java.util.concurrent.locks.LockSupport;

/** When the calls of one thread are due: at once, or at a fixed rate whatever the last one took. */
final class Pace {
  private final long end;
  private final long period;
  private long due;

  /**
   * Plans calls.
   *
   * @param start nanoTime of the first one
   * @param end nanoTime at which no call begins any more
   * @param period nanoseconds from one to the next; 0 is at once
   */
  Pace(long start, long end, long period) {
    this.due = start - period;
    this.end = end;
    this.period = period;
  }

  /** Waits for the next call; false where there is none. */
  boolean next() {
    due = period == 0 ? System.nanoTime() : due + period;
    if (due - end >= 0) {
      return false;
    }
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return true;
  }

  /** Since when the call's latency counts, so that one that had to wait shows it. */
  long due() {
    return due;
  }
}
