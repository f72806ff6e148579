package io.inmesh.engine.cluster;

import org.jspecify.annotations.Nullable;

/** Thresholds of both priorities. */
public record CircuitBreakers(Thresholds normal, Thresholds high) {
  /** Envoy's defaults. */
  public static final CircuitBreakers DEFAULT =
      new CircuitBreakers(Thresholds.DEFAULT, Thresholds.DEFAULT);

  /**
   * Limits of one priority, at least 0; 2^31-1 and more is no limit.
   *
   * @param retryBudget takes the place of {@code maxRetries}
   */
  public record Thresholds(
      long maxConnections,
      long maxPendingRequests,
      long maxRequests,
      long maxRetries,
      @Nullable RetryBudget retryBudget) {
    /** 1024, 1024, 1024, 3. */
    public static final Thresholds DEFAULT = new Thresholds(1024, 1024, 1024, 3, null);

    public Thresholds {
      if (maxConnections < 0 || maxPendingRequests < 0 || maxRequests < 0 || maxRetries < 0) {
        throw new IllegalArgumentException("CircuitBreakers.Thresholds: negative limit");
      }
    }

    static boolean isLimit(long threshold) {
      return threshold < Integer.MAX_VALUE;
    }

    /** Whether requests can find neither a connection nor a place in the queue for one. */
    boolean limitsConnections() {
      return isLimit(maxConnections) && isLimit(maxPendingRequests);
    }
  }

  /**
   * Concurrent retries in relation to active requests.
   *
   * @param budgetPercent 0 to 100
   * @param minRetryConcurrency allowed however few requests there are
   */
  public record RetryBudget(double budgetPercent, long minRetryConcurrency) {
    public RetryBudget {
      if (!(budgetPercent >= 0 && budgetPercent <= 100)) {
        throw new IllegalArgumentException(
            "RetryBudget.budget_percent: value must be inside range [0, 100]: " + budgetPercent);
      }
      if (minRetryConcurrency < 0) {
        throw new IllegalArgumentException("RetryBudget.min_retry_concurrency: negative");
      }
    }
  }
}
