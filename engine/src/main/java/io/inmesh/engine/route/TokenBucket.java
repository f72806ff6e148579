package io.inmesh.engine.route;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Envoy's token bucket: full at first, refilled continuously. Thread-safe; the clock is an
 * argument.
 */
public final class TokenBucket {
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(50);
  // What a sum of divisions may lack: a full bucket gives as many tokens as it holds.
  private static final double NEARLY = 1 - 1e-6;

  private final long maxTokens;
  private final double nanosPerToken;

  /** The moment in ns at which the bucket was, or would have been, empty: the bits of a double. */
  private final AtomicLong emptyAt = new AtomicLong(Double.doubleToRawLongBits(Double.NaN));

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
    nanosPerToken = (double) fillInterval.toNanos() / tokensPerFill;
  }

  /** Takes a token if there is one. */
  public boolean consume(long nowNanos) {
    while (true) {
      long empty = emptyAt.get();
      double tokens = tokens(empty, nowNanos);
      if (tokens < NEARLY) {
        return false;
      }
      double next = nowNanos - (tokens - 1) * nanosPerToken;
      if (emptyAt.compareAndSet(empty, Double.doubleToRawLongBits(next))) {
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
    return (long) (tokens(emptyAt.get(), nowNanos) + 1 - NEARLY);
  }

  /** Seconds until there is a token, rounded up; 0 where there is one. */
  public long resetSeconds(long nowNanos) {
    double missing = NEARLY - tokens(emptyAt.get(), nowNanos);
    return missing <= 0 ? 0 : (long) Math.ceil(missing * nanosPerToken / 1e9);
  }

  /** Tokens a second. */
  double rate() {
    return 1e9 / nanosPerToken;
  }

  private double tokens(long emptyBits, long nowNanos) {
    double empty = Double.longBitsToDouble(emptyBits);
    return Double.isNaN(empty)
        ? maxTokens
        : Math.min((double) maxTokens, (nowNanos - empty) / nanosPerToken);
  }
}
