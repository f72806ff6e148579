package io.inmesh.benchmarks.path;

import java.util.List;
import java.util.stream.Stream;

/** Headers in names and lengths as the agent sends them; names and values by turns. */
final class SidecarHeaders {
  private static final List<String> TO_ANYBODY =
      List.of(
          "x-envoy-attempt-count",
          "1",
          "x-forwarded-proto",
          "http",
          "x-request-id",
          "00000000-0000-4000-8000-000000000000");

  private static final List<String> PEER =
      List.of(
          "x-envoy-peer-metadata-id",
          "sidecar~127.0.0.1~target.bench~bench.svc.cluster.local",
          "x-envoy-peer-metadata",
          "A".repeat(256));

  private SidecarHeaders() {}

  /** With a request to an endpoint that has no sidecar. */
  static List<String> toAnybody() {
    return TO_ANYBODY;
  }

  /** With a request to one that has a sidecar. */
  static List<String> toSidecar() {
    return and(
        and(TO_ANYBODY, PEER),
        List.of("x-envoy-decorator-operation", Services.host("target") + ":8080/*"));
  }

  /** With the answer to it. */
  static List<String> fromSidecar() {
    return and(PEER, List.of("x-envoy-upstream-service-time", "0", "server", "istio-envoy"));
  }

  private static List<String> and(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
