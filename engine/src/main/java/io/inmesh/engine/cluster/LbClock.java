package io.inmesh.engine.cluster;

/** The time of the last tick, for weights that change with time. */
final class LbClock {
  private volatile long nowNanos;

  LbClock(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  long nowNanos() {
    return nowNanos;
  }

  void advance(long toNanos) {
    nowNanos = toNanos;
  }
}
