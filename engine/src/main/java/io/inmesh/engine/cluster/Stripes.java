package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Pick state that threads do not share, as Envoy's workers do not. A thread keeps to its stripe;
 * two threads may meet on one.
 */
final class Stripes<T> {
  private final AtomicReferenceArray<T> slots;

  /**
   * @param count a power of two
   */
  Stripes(int count) {
    slots = new AtomicReferenceArray<>(count);
  }

  int current() {
    long spread = Thread.currentThread().getId() * 0x9E3779B97F4A7C15L;
    return (int) (spread >>> 40) & (slots.length() - 1);
  }

  @Nullable T get(int stripe) {
    return slots.get(stripe);
  }

  /** Puts a value unless another thread was first; what is there then. */
  T put(int stripe, T value) {
    T present = slots.compareAndExchange(stripe, null, value);
    return present == null ? value : present;
  }
}
