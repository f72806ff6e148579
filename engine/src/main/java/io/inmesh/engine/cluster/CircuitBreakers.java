package io.inmesh.engine.cluster;

import org.jspecify.annotations.Nullable;

/** Thresholds of both priorities. */
public record CircuitBreakers(Thresholds normal, Thresholds high) {
  /** Envoy's defaults. */
  public static final CircuitBreakers DEFAULT =
      new CircuitBreakers(Thresholds.DEFAULT, Thresholds.DEFAULT);

  /** Limits of one priority; 2^31-1 and more is no limit. */
  public record Thresholds(
      long maxConnections,
      long maxPendingRequests,
      long maxRequests,
      long maxRetries,
      @Nullable RetryBudget retryBudget) {
    /** 1024, 1024, 1024, 3. */
    public static final Thresholds DEFAULT = new Thresholds(1024, 1024, 1024, 3, null);
  }

  /** Concurrent retries in relation to active requests. */
  public record RetryBudget(double budgetPercent, int minRetryConcurrency) {}
}
