package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.CircuitBreakers.RetryBudget;
import io.inmesh.engine.cluster.CircuitBreakers.Thresholds;

/**
 * The circuit breakers of one cluster and priority: how many attempts are under way, and how many
 * retries. What was acquired is released once, at the manager that gave it. Thread-safe, and free
 * of allocation.
 */
public final class ResourceManager {
  private final Thresholds thresholds;
  private final boolean oneRequestPerConnection;
  private final boolean countsRequests;
  private final ResourceLimit requests = new ResourceLimit();
  private final ResourceLimit retries = new ResourceLimit();

  ResourceManager(Thresholds thresholds, boolean oneRequestPerConnection) {
    this.thresholds = thresholds;
    this.oneRequestPerConnection = oneRequestPerConnection;
    // A count that nobody asks for would be a place where all threads meet.
    countsRequests =
        Thresholds.isLimit(thresholds.maxRequests())
            || thresholds.retryBudget() != null
            || (oneRequestPerConnection && thresholds.limitsConnections());
  }

  /**
   * Admits an attempt; false is overflow.
   *
   * @param hosts of the cluster: each may have one connection, whatever the limit
   */
  public boolean tryRequest(int hosts) {
    return !countsRequests || requests.tryAcquire(maxRequests(hosts));
  }

  /** An attempt is over, once for each that was admitted. */
  public void releaseRequest() {
    if (countsRequests) {
      requests.release();
    }
  }

  /** Admits a retry, from the moment it is granted; false is overflow. */
  public boolean tryRetry() {
    return retries.tryAcquire(maxRetries());
  }

  /** A retry has had its outcome, once for each that was admitted. */
  public void releaseRetry() {
    retries.release();
  }

  /** Attempts under way; 0 where nothing depends on their number. */
  public int requests() {
    return requests.count();
  }

  /** Retries that are waiting or under way. */
  public int retries() {
    return retries.count();
  }

  // With one request a connection, what is beyond the connections would be in the queue for one.
  private long maxRequests(int hosts) {
    long max = thresholds.maxRequests();
    if (oneRequestPerConnection && thresholds.limitsConnections()) {
      long connections = Math.max(thresholds.maxConnections(), hosts);
      max = Math.min(max, connections + thresholds.maxPendingRequests());
    }
    return max;
  }

  private long maxRetries() {
    RetryBudget budget = thresholds.retryBudget();
    if (budget == null) {
      return thresholds.maxRetries();
    }
    long share = (long) (budget.budgetPercent() / 100.0 * requests.count());
    return Math.max(share, budget.minRetryConcurrency());
  }
}
