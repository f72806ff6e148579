package io.inmesh.engine.cluster;

/**
 * How one active health check ended.
 *
 * @param excludes whether the host asked to be left out of all counts until it is healthy again
 */
public record HealthCheckResult(Outcome outcome, boolean excludes) {
  /** What came of it. */
  public enum Outcome {
    SUCCESS,
    /** A success of a host that says it is degraded. */
    DEGRADED,
    /** The host itself says no: unhealthy at once. */
    FAILURE,
    /** The host says no, but it counts towards the threshold only. */
    RETRIABLE,
    /** No connection, or it broke: counts towards the threshold. */
    NETWORK_FAILURE,
    /** No answer in time: counts towards the threshold. */
    TIMEOUT
  }

  public static final HealthCheckResult SUCCESS = new HealthCheckResult(Outcome.SUCCESS, false);
  public static final HealthCheckResult DEGRADED = new HealthCheckResult(Outcome.DEGRADED, false);
  public static final HealthCheckResult FAILURE = new HealthCheckResult(Outcome.FAILURE, false);
  public static final HealthCheckResult NETWORK_FAILURE =
      new HealthCheckResult(Outcome.NETWORK_FAILURE, false);
  public static final HealthCheckResult TIMEOUT = new HealthCheckResult(Outcome.TIMEOUT, false);

  /** A request, not a check, was answered with {@code x-envoy-immediate-health-check-fail}. */
  public static final HealthCheckResult IMMEDIATE_FAIL =
      new HealthCheckResult(Outcome.FAILURE, true);

  boolean isSuccess() {
    return outcome == Outcome.SUCCESS || outcome == Outcome.DEGRADED;
  }
}
