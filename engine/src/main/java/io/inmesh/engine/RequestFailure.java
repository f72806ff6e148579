package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Cause;
import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.http.RequestHead;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a request that has a route, and what Envoy answers to it.
 *
 * @param grpcStatus what a gRPC caller is told, where it does not follow from the status
 */
record RequestFailure(
    int status,
    String body,
    List<Header> headers,
    String details,
    Cause cause,
    @Nullable Integer grpcStatus) {
  private static final Integer GRPC_DEADLINE_EXCEEDED = 4;

  static RequestFailure noHealthyUpstream() {
    return of(503, "no healthy upstream", "no_healthy_upstream", Cause.CONNECT);
  }

  /**
   * The cluster drops a share of its requests, or all.
   *
   * @param tells whether a header says so
   */
  static RequestFailure dropOverload(boolean all, boolean tells) {
    String name = all ? "unconditional drop overload" : "drop overload";
    String header = "x-envoy-" + name.replace(' ', '-');
    return new RequestFailure(
        503,
        name,
        tells ? List.of(new Header(header, "true")) : List.of(),
        name.replace(' ', '_'),
        Cause.NONE,
        null);
  }

  /**
   * @param tells whether a header says what overflowed
   */
  static RequestFailure reset(
      ResetReason reason, @Nullable String transport, boolean retried, boolean tells) {
    boolean overflow = reason == ResetReason.OVERFLOW;
    Cause late = reason == ResetReason.CONNECTION_TIMEOUT ? Cause.TIMEOUT : Cause.CONNECT;
    return new RequestFailure(
        reason == ResetReason.PROTOCOL_ERROR ? 502 : 503,
        reason.body(transport, retried),
        overflow && tells ? List.of(new Header("x-envoy-overloaded", "true")) : List.of(),
        "upstream_reset_before_response_started{" + reason.detail(transport) + "}",
        overflow ? Cause.NONE : late,
        null);
  }

  /**
   * @param empty whether the caller asked for an empty 204 instead
   */
  static RequestFailure timeout(String details, boolean empty) {
    return empty
        ? of(204, "", details, Cause.TIMEOUT)
        : of(504, "upstream request timeout", details, Cause.TIMEOUT);
  }

  static RequestFailure upstreamStreamDuration(int status, String details) {
    return of(status, "upstream max stream duration reached", details, Cause.TIMEOUT);
  }

  static RequestFailure streamIdle(int status) {
    return of(status, "stream timeout", "stream_idle_timeout", Cause.TIMEOUT);
  }

  static RequestFailure streamDuration(int status) {
    return new RequestFailure(
        status,
        "downstream duration timeout",
        List.of(),
        "max_duration_timeout",
        Cause.TIMEOUT,
        GRPC_DEADLINE_EXCEEDED);
  }

  static RequestFailure bufferLimit() {
    return of(
        507,
        "exceeded request buffer limit while retrying upstream",
        "request_payload_exceeded_retry_buffer_limit",
        Cause.NONE);
  }

  private static RequestFailure of(int status, String body, String details, Cause cause) {
    return new RequestFailure(status, body, List.of(), details, cause, null);
  }

  LocalReply reply(RequestHead head, Set<ResponseFlag> flags) {
    return LocalReply.of(head, status, body, headers, flags, details, cause, grpcStatus);
  }
}
