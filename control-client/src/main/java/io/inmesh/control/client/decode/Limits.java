package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.CircuitBreakers;
import io.inmesh.engine.cluster.CircuitBreakers.Thresholds;
import io.inmesh.engine.cluster.OutlierDetection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Circuit breakers and outlier detection of a cluster. */
final class Limits {
  private Limits() {}

  static CircuitBreakers circuitBreakers(WireMessage cluster, Interner interner) {
    WireMessage limits = cluster.message("circuit_breakers");
    if (limits == null) {
      return CircuitBreakers.DEFAULT;
    }
    String content = "limits " + new String(limits.toBytes(), StandardCharsets.ISO_8859_1);
    return interner.find(content) instanceof CircuitBreakers known
        ? known
        : interner.keep(content, read(limits));
  }

  private static CircuitBreakers read(WireMessage limits) {
    Thresholds normal = Thresholds.DEFAULT;
    Thresholds high = Thresholds.DEFAULT;
    for (WireMessage entry : limits.messages("thresholds")) {
      Thresholds found = thresholds(entry);
      if (entry.enumName("priority").equals("HIGH")) {
        high = found;
      } else {
        normal = found;
      }
    }
    return new CircuitBreakers(normal, high);
  }

  private static Thresholds thresholds(WireMessage entry) {
    WireMessage budget = entry.message("retry_budget");
    CircuitBreakers.RetryBudget retryBudget = null;
    if (budget != null) {
      WireMessage percent = budget.message("budget_percent");
      retryBudget =
          new CircuitBreakers.RetryBudget(
              percent == null ? 20 : percent.real("value"),
              (int) budget.wrappedNumber("min_retry_concurrency", 3));
    }
    return new Thresholds(
        entry.wrappedNumber("max_connections", Thresholds.DEFAULT.maxConnections()),
        entry.wrappedNumber("max_pending_requests", Thresholds.DEFAULT.maxPendingRequests()),
        entry.wrappedNumber("max_requests", Thresholds.DEFAULT.maxRequests()),
        entry.wrappedNumber("max_retries", Thresholds.DEFAULT.maxRetries()),
        retryBudget);
  }

  static @Nullable OutlierDetection outlierDetection(WireMessage cluster) {
    WireMessage o = cluster.message("outlier_detection");
    if (o == null) {
      return null;
    }
    OutlierDetection d = OutlierDetection.DEFAULT;
    Duration base = Matchers.duration(o, "base_ejection_time", d.baseEjectionTime());
    Duration max = Matchers.duration(o, "max_ejection_time", d.maxEjectionTime());
    return new OutlierDetection(
        number(o, "consecutive_5xx", d.consecutive5xx()),
        number(o, "enforcing_consecutive_5xx", d.enforcingConsecutive5xx()),
        number(o, "consecutive_gateway_failure", d.consecutiveGatewayFailure()),
        number(o, "enforcing_consecutive_gateway_failure", d.enforcingConsecutiveGatewayFailure()),
        number(o, "consecutive_local_origin_failure", d.consecutiveLocalOriginFailure()),
        number(
            o,
            "enforcing_consecutive_local_origin_failure",
            d.enforcingConsecutiveLocalOriginFailure()),
        o.bool("split_external_local_origin_errors"),
        Matchers.duration(o, "interval", d.interval()),
        base,
        max.compareTo(base) < 0 ? base : max,
        Matchers.duration(o, "max_ejection_time_jitter", d.maxEjectionTimeJitter()),
        number(o, "max_ejection_percent", d.maxEjectionPercent()),
        o.wrappedBool("always_eject_one_host", d.alwaysEjectOneHost()),
        new OutlierDetection.SuccessRate(
            number(o, "enforcing_success_rate", d.successRate().enforcing()),
            number(o, "success_rate_minimum_hosts", d.successRate().minimumHosts()),
            number(o, "success_rate_request_volume", d.successRate().requestVolume()),
            number(o, "success_rate_stdev_factor", d.successRate().stdevFactor())),
        new OutlierDetection.FailurePercentage(
            number(o, "failure_percentage_threshold", d.failurePercentage().threshold()),
            number(o, "enforcing_failure_percentage", d.failurePercentage().enforcing()),
            number(o, "failure_percentage_minimum_hosts", d.failurePercentage().minimumHosts()),
            number(o, "failure_percentage_request_volume", d.failurePercentage().requestVolume())));
  }

  private static int number(WireMessage owner, String field, int fallback) {
    return (int) Math.min(owner.wrappedNumber(field, fallback), Integer.MAX_VALUE);
  }
}
