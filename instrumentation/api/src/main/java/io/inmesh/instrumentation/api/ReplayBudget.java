package io.inmesh.instrumentation.api;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies the process keeps to be able to send them again, setting {@code
 * retry-buffer}. Thread-safe.
 */
public final class ReplayBudget {
  private final long limit;
  private final AtomicLong kept = new AtomicLong();

  /**
   * @param limit in bytes, 0 keeps nothing
   */
  public ReplayBudget(long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("a replay budget of " + limit + " bytes");
    }
    this.limit = limit;
  }

  /** The part of one request, nothing yet. */
  public Share share() {
    return new Share();
  }

  /** Bytes that all requests keep now. */
  public long kept() {
    return kept.get();
  }

  /** What one request keeps. Thread-safe. */
  public final class Share {
    private long held;
    private boolean released;

    private Share() {}

    /**
     * Whether the request may keep so many bytes in all; if not, nothing changes.
     *
     * @param bytes no more than before changes nothing
     */
    public synchronized boolean growTo(long bytes) {
      if (released) {
        return false;
      }
      long more = Math.max(0, bytes - held);
      if (kept.addAndGet(more) > limit) {
        kept.addAndGet(-more);
        return false;
      }
      held += more;
      return true;
    }

    /** Keeps nothing any more and never will; no effect the second time. */
    public synchronized void release() {
      released = true;
      kept.addAndGet(-held);
      held = 0;
    }
  }
}
