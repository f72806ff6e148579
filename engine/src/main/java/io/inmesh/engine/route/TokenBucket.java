package io.inmesh.engine.route;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Envoy's token bucket: full at first, refilled continuously. Thread-safe; the clock is an
 * argument.
 */
public final class TokenBucket {
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(50);
  private static final long NEVER = Long.MIN_VALUE;

  private final long maxTokens;
  private final double tokensPerNano;

  /** The moment at which the bucket was, or would have been, empty. */
  private final AtomicLong emptyAt = new AtomicLong(NEVER);

  /**
   * @param maxTokens at least 1
   * @param tokensPerFill at least 1
   * @param fillInterval at least 50 ms
   * @throws IllegalArgumentException with Envoy's words
   */
  public TokenBucket(long maxTokens, long tokensPerFill, Duration fillInterval) {
    if (maxTokens < 1 || tokensPerFill < 1) {
      throw new IllegalArgumentException("TokenBucket.max_tokens: value must be greater than 0");
    }
    if (fillInterval.compareTo(LEAST_INTERVAL) < 0) {
      throw new IllegalArgumentException(
          "local rate limit token bucket fill timer must be >= 50ms");
    }
    this.maxTokens = maxTokens;
    tokensPerNano = (double) tokensPerFill / fillInterval.toNanos();
  }

  /** Takes a token if there is one. */
  public boolean consume(long nowNanos) {
    while (true) {
      long empty = emptyAt.get();
      double tokens = tokens(empty, nowNanos);
      if (tokens < 1) {
        return false;
      }
      long next = nowNanos - (long) ((tokens - 1) / tokensPerNano);
      if (emptyAt.compareAndSet(empty, next)) {
        return true;
      }
    }
  }

  /** The size of the bucket. */
  public long maxTokens() {
    return maxTokens;
  }

  /** Whole tokens that are left. */
  public long remainingTokens(long nowNanos) {
    return (long) tokens(emptyAt.get(), nowNanos);
  }

  /** Seconds until there is a token, rounded up; 0 where there is one. */
  public long resetSeconds(long nowNanos) {
    double missing = 1 - tokens(emptyAt.get(), nowNanos);
    return missing <= 0 ? 0 : (long) Math.ceil(missing / tokensPerNano / 1e9);
  }

  /** Tokens a second. */
  double rate() {
    return tokensPerNano * 1e9;
  }

  private double tokens(long empty, long nowNanos) {
    return empty == NEVER ? maxTokens : Math.min(maxTokens, (nowNanos - empty) * tokensPerNano);
  }
}
