package io.inmesh.engine;

import io.inmesh.engine.http.HeaderEditor;
import java.util.ArrayList;
import java.util.List;

/** Headers that a caller may not set, or whose meaning ends with a sidecar. */
public final class UntrustedHeaders {
  private static final String FAMILY = "x-envoy-";

  // What the router takes from a caller that it trusts is not passed on.
  private static final List<String> CONSUMED =
      List.of(
          "x-envoy-retriable-status-codes",
          "x-envoy-retriable-header-names",
          "x-envoy-retry-on",
          "x-envoy-retry-grpc-on",
          "x-envoy-max-retries",
          "x-envoy-upstream-alt-stat-name",
          "x-envoy-upstream-rq-timeout-ms",
          "x-envoy-upstream-rq-per-try-timeout-ms",
          "x-envoy-upstream-rq-timeout-alt-response",
          "x-envoy-upstream-stream-duration-ms",
          "x-envoy-hedge-on-per-try-timeout");

  // Envoy takes these, too, from callers that it does not trust, and trusts none by default.
  private static final List<String> UNTRUSTED =
      and(
          CONSUMED,
          List.of(
              "x-envoy-expected-rq-timeout-ms",
              "x-envoy-force-trace",
              "x-envoy-ip-tags",
              "x-envoy-original-url",
              "x-envoy-internal"));

  // What sidecars tell each other; the app gets none of it.
  private static final List<String> BETWEEN_PROXIES =
      List.of(PeerMetadata.ID, PeerMetadata.VALUE, "x-envoy-decorator-operation");

  // Those that are there at each request first: an editor tries the names in order.
  private static final List<String> INBOUND_UNTRUSTED = and(BETWEEN_PROXIES, UNTRUSTED);
  private static final List<String> INBOUND_CONSUMED = and(BETWEEN_PROXIES, CONSUMED);

  private UntrustedHeaders() {}

  // No stream: the first request of a process would pay for the first one.
  private static List<String> and(List<String> names, List<String> more) {
    List<String> all = new ArrayList<>(names);
    all.addAll(more);
    return List.copyOf(all);
  }

  static void removeOutbound(HeaderEditor headers, boolean trusted) {
    headers.removeHeaders(FAMILY, trusted ? CONSUMED : UNTRUSTED);
  }

  static void removeInbound(HeaderEditor headers, boolean trusted) {
    headers.removeHeaders(FAMILY, trusted ? INBOUND_CONSUMED : INBOUND_UNTRUSTED);
  }

  /**
   * Removes all that a caller could claim to be: for a request that reaches the app although no
   * filter chain has a say in it.
   */
  public static void removeAll(HeaderEditor headers) {
    removeInbound(headers, false);
    headers.removeHeader("x-forwarded-client-cert");
  }
}
