package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.CircuitBreakers;
import io.inmesh.engine.cluster.CircuitBreakers.Thresholds;
import io.inmesh.engine.cluster.ErrorMatcher;
import io.inmesh.engine.cluster.OutlierDetection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    return new CircuitBreakers(ofPriority(limits, "DEFAULT"), ofPriority(limits, "HIGH"));
  }

  // Of several entries of one priority the first counts.
  private static Thresholds ofPriority(WireMessage limits, String priority) {
    for (WireMessage entry : limits.messages("thresholds")) {
      if (entry.enumName("priority").equals(priority)) {
        return thresholds(entry);
      }
    }
    return Thresholds.DEFAULT;
  }

  private static Thresholds thresholds(WireMessage entry) {
    WireMessage budget = entry.message("retry_budget");
    CircuitBreakers.RetryBudget retryBudget = null;
    if (budget != null) {
      WireMessage percent = budget.message("budget_percent");
      retryBudget =
          new CircuitBreakers.RetryBudget(
              percent == null ? 20 : percent.real("value"),
              budget.wrappedNumber("min_retry_concurrency", 3));
    }
    return new Thresholds(
        entry.wrappedNumber("max_connections", Thresholds.DEFAULT.maxConnections()),
        entry.wrappedNumber("max_pending_requests", Thresholds.DEFAULT.maxPendingRequests()),
        entry.wrappedNumber("max_requests", Thresholds.DEFAULT.maxRequests()),
        entry.wrappedNumber("max_retries", Thresholds.DEFAULT.maxRetries()),
        retryBudget);
  }

  /**
   * @param httpOptions the cluster's HttpProtocolOptions, if it has any
   */
  static @Nullable OutlierDetection outlierDetection(
      WireMessage cluster, @Nullable WireMessage httpOptions) {
    WireMessage o = cluster.message("outlier_detection");
    if (o == null) {
      return null;
    }
    OutlierDetection d = OutlierDetection.DEFAULT;
    Duration base = Matchers.duration(o, "base_ejection_time", d.baseEjectionTime());
    Duration max = d.maxEjectionTime().compareTo(base) < 0 ? base : d.maxEjectionTime();
    return new OutlierDetection(
        consecutive(o, "consecutive_5xx", d.consecutive5xx()),
        consecutive(o, "consecutive_gateway_failure", d.consecutiveGatewayFailure()),
        consecutive(o, "consecutive_local_origin_failure", d.consecutiveLocalOriginFailure()),
        o.bool("split_external_local_origin_errors"),
        Matchers.duration(o, "interval", d.interval()),
        base,
        Matchers.duration(o, "max_ejection_time", max),
        Matchers.duration(o, "max_ejection_time_jitter", d.maxEjectionTimeJitter()),
        number(o, "max_ejection_percent", d.maxEjectionPercent()),
        o.wrappedBool("always_eject_one_host", d.alwaysEjectOneHost()),
        o.wrappedBool("successful_active_health_check_uneject_host", d.healthCheckUnejects()),
        new OutlierDetection.SuccessRate(
            number(o, "enforcing_success_rate", d.successRate().enforcing()),
            number(
                o, "enforcing_local_origin_success_rate", d.successRate().enforcingLocalOrigin()),
            number(o, "success_rate_minimum_hosts", d.successRate().minimumHosts()),
            number(o, "success_rate_request_volume", d.successRate().requestVolume()),
            number(o, "success_rate_stdev_factor", d.successRate().stdevFactor())),
        new OutlierDetection.FailurePercentage(
            number(o, "failure_percentage_threshold", d.failurePercentage().threshold()),
            number(o, "enforcing_failure_percentage", d.failurePercentage().enforcing()),
            number(
                o,
                "enforcing_failure_percentage_local_origin",
                d.failurePercentage().enforcingLocalOrigin()),
            number(o, "failure_percentage_minimum_hosts", d.failurePercentage().minimumHosts()),
            number(o, "failure_percentage_request_volume", d.failurePercentage().requestVolume())),
        errorMatcher(httpOptions));
  }

  private static OutlierDetection.Consecutive consecutive(
      WireMessage owner, String field, OutlierDetection.Consecutive fallback) {
    return new OutlierDetection.Consecutive(
        number(owner, field, fallback.failures()),
        number(owner, "enforcing_" + field, fallback.enforcing()));
  }

  private static @Nullable ErrorMatcher errorMatcher(@Nullable WireMessage httpOptions) {
    WireMessage matcher =
        httpOptions == null
            ? null
            : httpOptions.messageOrEmpty("outlier_detection").message("error_matcher");
    return matcher == null ? null : predicate(matcher);
  }

  private static ErrorMatcher predicate(WireMessage matcher) {
    switch (matcher.which("rule")) {
      case "or_match":
        return new ErrorMatcher.AnyOf(predicates(matcher.messageOrEmpty("or_match")));
      case "and_match":
        return new ErrorMatcher.AllOf(predicates(matcher.messageOrEmpty("and_match")));
      case "not_match":
        return new ErrorMatcher.Not(predicate(matcher.messageOrEmpty("not_match")));
      case "any_match":
        return new ErrorMatcher.Any();
      case "http_response_headers_match":
        return new ErrorMatcher.Headers(
            Matchers.headers(
                matcher.messageOrEmpty("http_response_headers_match").messages("headers")));
      default:
        // The head of a response says nothing of requests, trailers and bodies.
        return new ErrorMatcher.AnyOf(List.of());
    }
  }

  private static List<ErrorMatcher> predicates(WireMessage set) {
    List<ErrorMatcher> out = new ArrayList<>();
    for (WireMessage rule : set.messages("rules")) {
      out.add(predicate(rule));
    }
    return out;
  }

  private static int number(WireMessage owner, String field, int fallback) {
    return (int) Math.min(owner.wrappedNumber(field, fallback), Integer.MAX_VALUE);
  }
}
