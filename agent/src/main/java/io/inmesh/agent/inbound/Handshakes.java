package io.inmesh.agent.inbound;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many accepted connections are between their first byte and the end of their handshake: what
 * they cost before anybody is known must be bounded. Thread-safe.
 */
final class Handshakes {
  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  Handshakes(int limit) {
    this.limit = limit;
  }

  /** Takes a place; false where there is none. */
  boolean begin() {
    if (open.incrementAndGet() <= limit) {
      return true;
    }
    open.decrementAndGet();
    return false;
  }

  /** Gives a place back, once for each that was taken. */
  void end() {
    open.decrementAndGet();
  }
}
