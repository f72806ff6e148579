package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A count that stops at a limit. Thread-safe, and free of allocation. */
final class ResourceLimit {
  private static final AtomicIntegerFieldUpdater<ResourceLimit> COUNT =
      AtomicIntegerFieldUpdater.newUpdater(ResourceLimit.class, "count");

  private volatile int count;

  /** Counts one more unless there are {@code max} already. */
  boolean tryAcquire(long max) {
    int current = count;
    while (current < max) {
      if (COUNT.compareAndSet(this, current, current + 1)) {
        return true;
      }
      current = count;
    }
    return false;
  }

  /** Once for each that was acquired. */
  void release() {
    COUNT.decrementAndGet(this);
  }

  int count() {
    return count;
  }
}
