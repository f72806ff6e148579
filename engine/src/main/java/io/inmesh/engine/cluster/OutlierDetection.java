package io.inmesh.engine.cluster;

import java.time.Duration;

/** Envoy's {@code OutlierDetection}; Envoy's defaults are in {@link #DEFAULT}. */
public record OutlierDetection(
    int consecutive5xx,
    int enforcingConsecutive5xx,
    int consecutiveGatewayFailure,
    int enforcingConsecutiveGatewayFailure,
    int consecutiveLocalOriginFailure,
    int enforcingConsecutiveLocalOriginFailure,
    boolean splitExternalLocalOriginErrors,
    Duration interval,
    Duration baseEjectionTime,
    Duration maxEjectionTime,
    Duration maxEjectionTimeJitter,
    int maxEjectionPercent,
    boolean alwaysEjectOneHost,
    SuccessRate successRate,
    FailurePercentage failurePercentage) {
  /** Ejection by deviation from the mean. */
  public record SuccessRate(int enforcing, int minimumHosts, int requestVolume, int stdevFactor) {}

  /** Ejection by share of failures. */
  public record FailurePercentage(
      int threshold, int enforcing, int minimumHosts, int requestVolume) {}

  /** Envoy's defaults. */
  public static final OutlierDetection DEFAULT =
      new OutlierDetection(
          5,
          100,
          5,
          0,
          5,
          100,
          false,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          Duration.ZERO,
          10,
          false,
          new SuccessRate(100, 5, 100, 1900),
          new FailurePercentage(85, 0, 5, 50));
}
