package io.inmesh.engine.cluster;

/**
 * What the active health checks of one host have come to so far. Immutable.
 *
 * @param failed whether the host gets no requests: Envoy's FAILED_ACTIVE_HC
 * @param pending whether the host does not count before its first check: PENDING_ACTIVE_HC
 * @param degraded whether the last success said so: DEGRADED_ACTIVE_HC
 * @param excluded whether the host asked not to be counted: EXCLUDED_VIA_IMMEDIATE_HC_FAIL
 * @param checked whether there was a first check
 * @param succeeded whether the last check succeeded
 * @param successes in a row while it is failed
 * @param failures in a row while it is not
 * @param transition what the last check did
 */
public record HealthCheckState(
    boolean failed,
    boolean pending,
    boolean degraded,
    boolean excluded,
    boolean checked,
    boolean succeeded,
    int successes,
    int failures,
    Transition transition) {
  /** What a check does to the health of a host. */
  public enum Transition {
    UNCHANGED,
    CHANGED,
    /** It would change, but the threshold is not reached. */
    PENDING
  }

  /** Of a host that nobody checks. */
  public static final HealthCheckState UNWATCHED =
      new HealthCheckState(false, false, false, false, false, true, 0, 0, Transition.UNCHANGED);

  /**
   * Of a host before its first check.
   *
   * @param excluded whether it does not count until then
   */
  static HealthCheckState unchecked(boolean excluded) {
    return new HealthCheckState(
        true, excluded, false, false, false, false, 0, 0, Transition.UNCHANGED);
  }

  /** The state after a check, by Envoy's rules. */
  HealthCheckState after(HealthCheckResult result, HealthCheck config) {
    return result.isSuccess()
        ? afterSuccess(result.outcome() == HealthCheckResult.Outcome.DEGRADED, config)
        : afterFailure(result, config);
  }

  private HealthCheckState afterSuccess(boolean nowDegraded, HealthCheck config) {
    boolean returns = failed && (!checked || successes + 1 == config.healthyThreshold());
    Transition step = Transition.UNCHANGED;
    if (failed) {
      step = returns ? Transition.CHANGED : Transition.PENDING;
    }
    if (pending || (nowDegraded != degraded && step == Transition.UNCHANGED)) {
      step = Transition.CHANGED;
    }
    return new HealthCheckState(
        failed && !returns,
        false,
        nowDegraded,
        excluded && !returns,
        true,
        true,
        failed && !returns ? successes + 1 : 0,
        0,
        step);
  }

  private HealthCheckState afterFailure(HealthCheckResult result, HealthCheck config) {
    boolean atOnce = result.outcome() == HealthCheckResult.Outcome.FAILURE;
    boolean falls = !failed && (atOnce || failures + 1 == config.unhealthyThreshold());
    Transition step = Transition.UNCHANGED;
    if (!failed) {
      step = falls ? Transition.CHANGED : Transition.PENDING;
    }
    if (pending) {
      step = Transition.CHANGED;
    }
    return new HealthCheckState(
        failed || falls,
        false,
        degraded,
        excluded || result.excludes(),
        true,
        false,
        0,
        failed || falls ? 0 : failures + 1,
        step);
  }
}
