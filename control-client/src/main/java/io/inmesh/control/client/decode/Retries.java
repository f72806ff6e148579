package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.MetadataMatch;
import io.inmesh.engine.route.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Retry policies of routes and virtual hosts. */
final class Retries {
  private static final String PREVIOUS_HOSTS =
      "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";
  private static final String OMIT_CANARY =
      "envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate";
  private static final String OMIT_METADATA =
      "envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig";
  private static final String PREVIOUS_PRIORITIES =
      "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig";

  private Retries() {}

  static @Nullable RetryPolicy of(WireMessage owner, Interner interner) {
    WireMessage policy = owner.message("retry_policy");
    if (policy == null) {
      return null;
    }
    // Istio gives most routes the same one.
    String content = "retries " + new String(policy.toBytes(), StandardCharsets.ISO_8859_1);
    return interner.find(content) instanceof RetryPolicy known
        ? known
        : interner.keep(content, read(policy));
  }

  private static RetryPolicy read(WireMessage policy) {
    RetryPolicy.Builder out =
        RetryPolicy.builder()
            .retryOn(policy.string("retry_on"))
            .numRetries(clamp(policy.wrappedNumber("num_retries", 1)))
            .perTryTimeout(Matchers.duration(policy, "per_try_timeout", Duration.ZERO))
            .perTryIdleTimeout(Matchers.duration(policy, "per_try_idle_timeout", Duration.ZERO))
            .retriableHeaders(Matchers.headers(policy.messages("retriable_headers")))
            .retriableRequestHeaders(
                Matchers.headers(policy.messages("retriable_request_headers")));
    if (policy.has("host_selection_retry_max_attempts")) {
      out.hostSelectionAttempts(clamp(policy.number("host_selection_retry_max_attempts")));
    }
    Set<Integer> codes = new HashSet<>();
    for (long code : policy.numbers("retriable_status_codes")) {
      codes.add((int) code);
    }
    out.retriableStatusCodes(codes);
    hostPredicates(policy, out);
    WireMessage priority = policy.messageOrEmpty("retry_priority").message("typed_config");
    if (priority != null && priority.anyType().equals(PREVIOUS_PRIORITIES)) {
      WireMessage config = priority.anyContent();
      int frequency = config == null ? 0 : clamp(config.number("update_frequency"));
      if (frequency == 0) {
        throw new IllegalArgumentException(
            "PreviousPrioritiesConfig.update_frequency: value must be greater than 0");
      }
      out.previousPriorities(frequency);
    }
    backOff(policy, out);
    return out.build();
  }

  private static void hostPredicates(WireMessage policy, RetryPolicy.Builder out) {
    List<MetadataMatch> omitted = new ArrayList<>();
    for (WireMessage predicate : policy.messages("retry_host_predicate")) {
      WireMessage any = predicate.messageOrEmpty("typed_config");
      switch (any.anyType().isEmpty() ? predicate.string("name") : any.anyType()) {
        case PREVIOUS_HOSTS, "envoy.retry_host_predicates.previous_hosts" ->
            out.previousHosts(true);
        case OMIT_CANARY, "envoy.retry_host_predicates.omit_canary_hosts" ->
            out.omitCanaryHosts(true);
        case OMIT_METADATA -> {
          WireMessage config = any.anyContent();
          MetadataMatch match = config == null ? null : Structs.lbMetadataMatch(config);
          if (match != null && !match.keys().isEmpty()) {
            omitted.add(match);
          }
        }
        default -> {
          // Not supported; the walk over the fields has said so.
        }
      }
    }
    out.omittedHosts(omitted);
  }

  private static void backOff(WireMessage policy, RetryPolicy.Builder out) {
    WireMessage backOff = policy.message("retry_back_off");
    if (backOff != null) {
      Duration base = Matchers.duration(backOff, "base_interval");
      if (base == null) {
        throw new IllegalArgumentException("RetryBackOff.base_interval: value is required");
      }
      Duration max = Matchers.duration(backOff, "max_interval");
      out.backOff(
          max == null ? RetryPolicy.BackOff.ofBase(base) : new RetryPolicy.BackOff(base, max));
    }
    WireMessage limited = policy.message("rate_limited_retry_back_off");
    if (limited != null) {
      List<RetryPolicy.ResetHeader> headers = new ArrayList<>();
      for (WireMessage header : limited.messages("reset_headers")) {
        headers.add(
            new RetryPolicy.ResetHeader(
                header.string("name"), header.enumName("format").equals("UNIX_TIMESTAMP")));
      }
      out.rateLimitedBackOff(
          new RetryPolicy.RateLimitedBackOff(
              headers, Matchers.duration(limited, "max_interval", Duration.ofMinutes(5))));
    }
  }

  private static int clamp(long value) {
    return (int) Math.max(0, Math.min(value, Integer.MAX_VALUE));
  }
}
