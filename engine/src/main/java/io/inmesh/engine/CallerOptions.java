package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.route.RetryOn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for in {@code x-envoy-} headers. Only an internal caller is listened to; the
 * others' headers are stripped.
 *
 * @param retryOn added to the policy's
 * @param maxRetries in place of the policy's; null where not asked for
 * @param timeoutMillis in place of the route's; null where not asked for
 * @param perTryMillis in place of the policy's; null where not asked for
 * @param streamMillis of the life of a try, in place of the cluster's; null where not asked for
 * @param hedge in place of the policy's; null where not asked for
 * @param emptyTimeouts whether timeouts are answered 204 without a body
 */
record CallerOptions(
    Set<RetryOn> retryOn,
    @Nullable Long maxRetries,
    Set<Integer> retriableStatusCodes,
    List<String> retriableHeaderNames,
    @Nullable Long timeoutMillis,
    @Nullable Long perTryMillis,
    @Nullable Long streamMillis,
    @Nullable Boolean hedge,
    boolean emptyTimeouts) {
  /** Asks for nothing. */
  static final CallerOptions NONE =
      new CallerOptions(Set.of(), null, Set.of(), List.of(), null, null, null, null, false);

  static CallerOptions of(RouteDecision decision, RequestHead head) {
    return isTrusted(decision, head) ? read(decision.manager(), head) : NONE;
  }

  static boolean isTrusted(RouteDecision decision, RequestHead head) {
    HttpConnectionManager manager = decision.manager();
    return !manager.trust().internal().isEmpty()
        && manager
            .trust()
            .trusts(head.header("x-forwarded-for"), decision.snapshot().identity().ip());
  }

  private static CallerOptions read(HttpConnectionManager manager, RequestHead head) {
    Set<RetryOn> on = new HashSet<>();
    on.addAll(tokens(head.header("x-envoy-retry-on"), false));
    on.addAll(tokens(head.header("x-envoy-retry-grpc-on"), true));
    Set<Integer> codes = new HashSet<>();
    for (String code : split(head.header("x-envoy-retriable-status-codes"))) {
      Long number = number(code);
      if (number != null) {
        codes.add((int) (long) number);
      }
    }
    String expected = head.header("x-envoy-expected-rq-timeout-ms");
    String timeout =
        manager.router().respectExpectedTimeout() && expected != null
            ? expected
            : head.header("x-envoy-upstream-rq-timeout-ms");
    String hedge = head.header("x-envoy-hedge-on-per-try-timeout");
    return new CallerOptions(
        on,
        number(head.header("x-envoy-max-retries")),
        codes,
        split(head.header("x-envoy-retriable-header-names")),
        number(timeout),
        number(head.header("x-envoy-upstream-rq-per-try-timeout-ms")),
        number(head.header("x-envoy-upstream-stream-duration-ms")),
        ("true".equals(hedge) || "false".equals(hedge)) ? Boolean.valueOf(hedge) : null,
        head.header("x-envoy-upstream-rq-timeout-alt-response") != null);
  }

  private static Set<RetryOn> tokens(@Nullable String header, boolean grpc) {
    if (header == null) {
      return Set.of();
    }
    Set<RetryOn> found = new HashSet<>(RetryOn.parse(header));
    found.removeIf(token -> token.isGrpc() != grpc);
    return found;
  }

  private static List<String> split(@Nullable String header) {
    List<String> parts = new ArrayList<>();
    if (header != null) {
      for (String part : header.split(",", -1)) {
        if (!part.isBlank()) {
          parts.add(part.strip());
        }
      }
    }
    return parts;
  }

  /** A number as Envoy reads one, or null. */
  static @Nullable Long number(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      long value = Long.parseLong(text.strip());
      return value < 0 ? null : value;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
