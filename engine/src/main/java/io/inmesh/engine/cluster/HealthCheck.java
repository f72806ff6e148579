package io.inmesh.engine.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Envoy's active {@code HealthCheck} of the hosts of a cluster.
 *
 * @param timeout of one check, the connection included
 * @param initialJitter the first check is put off by chance, at most so much; 0 is none
 * @param intervalJitter so much, by chance, is added to each interval at most
 * @param intervalJitterPercent the same in percent of the interval
 * @param unhealthyThreshold failures in a row that make a host unhealthy
 * @param healthyThreshold successes in a row that make it healthy again
 * @param reuseConnection whether the connection is kept for the next check
 * @param noTrafficInterval in place of all others as long as the cluster has had no traffic
 * @param noTrafficHealthyInterval the same for hosts that are healthy
 * @param unhealthyInterval between checks of a host that is unhealthy
 * @param unhealthyEdgeInterval after a failure of a host that is not unhealthy yet
 * @param healthyEdgeInterval after a success of a host that is not healthy yet
 * @param probe what is asked
 */
public record HealthCheck(
    Duration timeout,
    Duration interval,
    Duration initialJitter,
    Duration intervalJitter,
    int intervalJitterPercent,
    int unhealthyThreshold,
    int healthyThreshold,
    boolean reuseConnection,
    Duration noTrafficInterval,
    Duration noTrafficHealthyInterval,
    Duration unhealthyInterval,
    Duration unhealthyEdgeInterval,
    Duration healthyEdgeInterval,
    HealthProbe probe) {
  /** Envoy's default of {@code no_traffic_interval}. */
  public static final Duration DEFAULT_NO_TRAFFIC_INTERVAL = Duration.ofSeconds(60);

  private static final long LEAST_NANOS = 1_000_000;

  public HealthCheck {
    positive("timeout", timeout);
    positive("interval", interval);
    positive("no_traffic_interval", noTrafficInterval);
    positive("no_traffic_healthy_interval", noTrafficHealthyInterval);
    positive("unhealthy_interval", unhealthyInterval);
    positive("unhealthy_edge_interval", unhealthyEdgeInterval);
    positive("healthy_edge_interval", healthyEdgeInterval);
    notNegative("initial_jitter", initialJitter);
    notNegative("interval_jitter", intervalJitter);
    if (intervalJitterPercent < 0 || unhealthyThreshold < 0 || healthyThreshold < 0) {
      throw new IllegalArgumentException("HealthCheck: a threshold or percentage is negative");
    }
  }

  /** With Envoy's defaults for all but the required fields. */
  public static HealthCheck of(
      Duration timeout,
      Duration interval,
      int unhealthyThreshold,
      int healthyThreshold,
      HealthProbe probe) {
    return new HealthCheck(
        timeout,
        interval,
        Duration.ZERO,
        Duration.ZERO,
        0,
        unhealthyThreshold,
        healthyThreshold,
        true,
        DEFAULT_NO_TRAFFIC_INTERVAL,
        DEFAULT_NO_TRAFFIC_INTERVAL,
        interval,
        interval,
        interval,
        probe);
  }

  /** How long the first check of a host is put off, in nanoseconds. */
  public long firstNanos(LongSupplier random) {
    return upTo(initialJitter.toNanos(), random);
  }

  /**
   * The pause after a check, in nanoseconds.
   *
   * @param state what the check has come to
   * @param traffic whether the cluster has had any
   */
  public long nextNanos(HealthCheckState state, boolean traffic, LongSupplier random) {
    boolean edge = state.transition() == HealthCheckState.Transition.PENDING;
    Duration base;
    if (!traffic) {
      base = state.succeeded() && !edge ? noTrafficHealthyInterval : noTrafficInterval;
    } else if (state.succeeded()) {
      base = edge ? healthyEdgeInterval : interval;
    } else {
      base = edge ? unhealthyEdgeInterval : unhealthyInterval;
    }
    long nanos = base.toNanos();
    long percent = nanos / 100 * intervalJitterPercent;
    return Math.max(
        LEAST_NANOS, nanos + upTo(percent, random) + upTo(intervalJitter.toNanos(), random));
  }

  private static long upTo(long nanos, LongSupplier random) {
    return nanos <= 0 ? 0 : Math.floorMod(random.getAsLong(), nanos);
  }

  private static void positive(String field, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          "HealthCheck." + field + ": value must be greater than 0s");
    }
  }

  private static void notNegative(String field, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException("HealthCheck." + field + ": value must not be negative");
    }
  }
}
