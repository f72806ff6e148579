package io.inmesh.engine.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code OutlierDetection}; Envoy's defaults are in {@link #DEFAULT}. A detector whose
 * number is 0 is off; {@code enforcing} is the percentage of its findings that eject.
 *
 * @param splitExternalLocalOriginErrors whether failed connections and timeouts have a count of
 *     their own in place of counting as 503 and 504
 * @param interval of the sweep that lets hosts return and compares them with one another
 * @param baseEjectionTime of the first ejection; the n-th lasts n times as long
 * @param maxEjectionPercent of the hosts of the cluster, 0 to 100
 * @param alwaysEjectOneHost whether one may be ejected whatever the percentage
 * @param healthCheckUnejects whether an active health check that succeeds lets a host return
 * @param errorMatcher what counts as an error in place of a status from 500 on, or null
 */
public record OutlierDetection(
    Consecutive consecutive5xx,
    Consecutive consecutiveGatewayFailure,
    Consecutive consecutiveLocalOriginFailure,
    boolean splitExternalLocalOriginErrors,
    Duration interval,
    Duration baseEjectionTime,
    Duration maxEjectionTime,
    Duration maxEjectionTimeJitter,
    int maxEjectionPercent,
    boolean alwaysEjectOneHost,
    boolean healthCheckUnejects,
    SuccessRate successRate,
    FailurePercentage failurePercentage,
    @Nullable ErrorMatcher errorMatcher) {
  /** Ejection after so many failures in a row. */
  public record Consecutive(int failures, int enforcing) {
    public Consecutive {
      percent("enforcing_consecutive", enforcing);
    }
  }

  /**
   * Ejection by deviation from the mean.
   *
   * @param stdevFactor thousandths
   */
  public record SuccessRate(
      int enforcing,
      int enforcingLocalOrigin,
      int minimumHosts,
      int requestVolume,
      int stdevFactor) {
    public SuccessRate {
      percent("enforcing_success_rate", enforcing);
      percent("enforcing_local_origin_success_rate", enforcingLocalOrigin);
    }
  }

  /**
   * Ejection by share of failures.
   *
   * @param threshold percent
   */
  public record FailurePercentage(
      int threshold, int enforcing, int enforcingLocalOrigin, int minimumHosts, int requestVolume) {
    public FailurePercentage {
      percent("failure_percentage_threshold", threshold);
      percent("enforcing_failure_percentage", enforcing);
      percent("enforcing_failure_percentage_local_origin", enforcingLocalOrigin);
    }
  }

  /** Envoy's defaults. */
  public static final OutlierDetection DEFAULT =
      new OutlierDetection(
          new Consecutive(5, 100),
          new Consecutive(5, 0),
          new Consecutive(5, 100),
          false,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          Duration.ZERO,
          10,
          false,
          true,
          new SuccessRate(100, 100, 5, 100, 1900),
          new FailurePercentage(85, 0, 0, 5, 50),
          null);

  public OutlierDetection {
    positive("interval", interval);
    positive("base_ejection_time", baseEjectionTime);
    positive("max_ejection_time", maxEjectionTime);
    percent("max_ejection_percent", maxEjectionPercent);
    if (maxEjectionTime.compareTo(baseEjectionTime) < 0) {
      throw new IllegalArgumentException(
          "outlier detector's max_ejection_time cannot be smaller than base_ejection_time");
    }
  }

  private static void positive(String field, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          "OutlierDetection." + field + ": value must be greater than 0s");
    }
  }

  private static void percent(String field, int value) {
    if (value < 0 || value > 100) {
      throw new IllegalArgumentException(
          "OutlierDetection." + field + ": value must be less than or equal to 100: " + value);
    }
  }
}
