package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.inmesh.control.plane.model.HttpRoute.Retries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Istio's retries as Envoy's retry policy. */
final class RetryPolicies {
  private static final int HOST_ATTEMPTS = 5;
  private static final int PRIORITY_UPDATES = 2;

  private RetryPolicies() {}

  /**
   * The policy, or null when retries are off.
   *
   * @param consistentHash whether the hash decides the host, so that avoiding hosts has no sense
   */
  static @Nullable RetryPolicy of(Retries retries, boolean consistentHash) {
    if (retries.attempts() == 0) {
      return null;
    }
    RetryPolicy.Builder out =
        RetryPolicy.newBuilder()
            .setNumRetries(Protos.uint32(retries.attempts()))
            .setHostSelectionRetryMaxAttempts(HOST_ATTEMPTS);
    if (!consistentHash && retries.ignorePreviousHosts()) {
      out.addRetryHostPredicate(
          RetryPolicy.RetryHostPredicate.newBuilder()
              .setName("envoy.retry_host_predicates.previous_hosts")
              .setTypedConfig(Protos.any(PreviousHostsPredicate.getDefaultInstance())));
    }
    conditions(out, retries.retryOn().isEmpty() ? Retries.DEFAULT.retryOn() : retries.retryOn());
    Duration perTry = retries.perTryTimeout();
    if (perTry != null) {
      out.setPerTryTimeout(Protos.duration(perTry));
    }
    if (retries.retryRemoteLocalities()) {
      out.setRetryPriority(
          RetryPolicy.RetryPriority.newBuilder()
              .setName("envoy.retry_priorities.previous_priorities")
              .setTypedConfig(
                  Protos.any(
                      PreviousPrioritiesConfig.newBuilder()
                          .setUpdateFrequency(PRIORITY_UPDATES)
                          .build())));
    }
    Duration backoff = retries.backoff();
    if (backoff != null) {
      out.setRetryBackOff(
          RetryPolicy.RetryBackOff.newBuilder().setBaseInterval(Protos.duration(backoff)));
    }
    return out.build();
  }

  /** Numbers among the conditions are status codes. */
  private static void conditions(RetryPolicy.Builder out, String retryOn) {
    List<String> words = new ArrayList<>();
    for (String raw : retryOn.split(",")) {
      String word = raw.trim();
      if (word.matches("\\d{3}")) {
        out.addRetriableStatusCodes(Integer.parseInt(word));
      } else if (!word.isEmpty()) {
        words.add(word);
      }
    }
    if (out.getRetriableStatusCodesCount() > 0 && !words.contains("retriable-status-codes")) {
      words.add("retriable-status-codes");
    }
    out.setRetryOn(String.join(",", words));
  }
}
