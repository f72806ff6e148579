package io.inmesh.engine;

import static io.inmesh.engine.Mesh.ANY_PATH;
import static io.inmesh.engine.Mesh.cluster;
import static io.inmesh.engine.Mesh.decide;
import static io.inmesh.engine.Mesh.host;
import static io.inmesh.engine.Mesh.port80;
import static io.inmesh.engine.Mesh.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Destination;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTimeouts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestFlowTest {
  private static final String ISTIO =
      "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

  private static RequestFlow flow(RouteAction.Forward action, ClusterState cluster, TestHead head) {
    MeshSnapshot snapshot =
        port80(host("h", route("r", ANY_PATH, action))).cluster(cluster).build();
    return new RequestFlow((RouteDecision) decide(snapshot, head), head);
  }

  private static RequestFlow flow(RetryPolicy policy) {
    return flow(
        RouteAction.Forward.to("c").timeouts(RouteTimeouts.NONE).retryPolicy(policy).build(),
        cluster("c", "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"),
        TestHead.get("http://h/"));
  }

  private static RetryPolicy retries(String on, int number) {
    return RetryPolicy.builder().retryOn(on).numRetries(number).build();
  }

  private static @Nullable RetryState retryState(RetryPolicy policy, TestHead head, long random) {
    return RetryState.of(
        policy,
        CallerOptions.NONE,
        head,
        random,
        InstantSource.system(),
        cluster("c").resources(false));
  }

  private static long globalNanos(RouteTimeouts config, TestHead head) {
    RouteAction.Forward action = RouteAction.Forward.to("c").timeouts(config).build();
    return flow(action, cluster("c", "10.0.0.1:80"), head).timeoutNanos();
  }

  private static String describe(Step step) {
    if (step instanceof Step.Wait) {
      return "RETRY";
    } else if (step instanceof Step.Forward forward) {
      return "FORWARD " + ResponseFlags.text(forward.flags());
    } else if (step instanceof Step.Reply reply) {
      return reply.reply().status()
          + " "
          + reply.reply().flagText()
          + " "
          + reply.reply().details();
    } else if (step instanceof Step.Cut cut) {
      return "CUT " + ResponseFlags.text(cut.flags()) + " " + cut.details();
    }
    return step.getClass().getSimpleName();
  }

  private static Step respond(RequestFlow flow, int status, Map<String, String> headers) {
    return flow.onResponse(status, headers::get, 0);
  }

  @ParameterizedTest(name = "{0} on a response {1} {2}={3}: {4}")
  @CsvSource({
    "5xx, 500, NONE, x, RETRY",
    "5xx, 599, NONE, x, RETRY",
    "5xx, 499, NONE, x, FORWARD -",
    "gateway-error, 502, NONE, x, RETRY",
    "gateway-error, 504, NONE, x, RETRY",
    "gateway-error, 500, NONE, x, FORWARD -",
    "retriable-4xx, 409, NONE, x, RETRY",
    "retriable-4xx, 429, NONE, x, FORWARD -",
    "retriable-status-codes, 418, NONE, x, RETRY",
    "retriable-status-codes, 503, NONE, x, FORWARD -",
    "retriable-headers, 200, x-again, yes, RETRY",
    "retriable-headers, 200, x-again, no, FORWARD -",
    "unavailable, 200, grpc-status, 14, RETRY",
    "unavailable, 200, grpc-status, 13, FORWARD -",
    "cancelled, 200, grpc-status, 1, RETRY",
    "deadline-exceeded, 200, grpc-status, 4, RETRY",
    "resource-exhausted, 200, grpc-status, 8, RETRY",
    "internal, 200, grpc-status, 13, RETRY",
    "connect-failure, 503, NONE, x, FORWARD -",
    "reset, 503, NONE, x, FORWARD -",
    "5xx, 503, x-envoy-ratelimited, true, FORWARD -",
    "envoy-ratelimited, 429, x-envoy-ratelimited, true, RETRY",
    "envoy-ratelimited, 429, NONE, x, FORWARD -",
    "'nonsense, 5xx', 500, NONE, x, RETRY",
    "nonsense, 500, NONE, x, FORWARD -",
  })
  void retriedResponses(String on, int status, String header, String value, String expected) {
    RequestFlow flow =
        flow(
            RetryPolicy.builder()
                .retryOn(on)
                .retriableStatusCodes(Set.of(418))
                .retriableHeaders(
                    List.of(HeaderMatcher.of("x-again", new StringMatcher.Exact("yes", false))))
                .build());
    flow.begin(0);
    assertThat(describe(respond(flow, status, Map.of(header, value)))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource({
    "connect-failure, REMOTE_CONNECTION_FAILURE, true",
    "connect-failure, LOCAL_CONNECTION_FAILURE, true",
    "connect-failure, CONNECTION_TIMEOUT, true",
    "connect-failure, CONNECTION_TERMINATION, false",
    "connect-failure, REMOTE_RESET, false",
    "refused-stream, REMOTE_REFUSED_STREAM_RESET, true",
    "refused-stream, REMOTE_RESET, false",
    "reset, REMOTE_RESET, true",
    "reset, CONNECTION_TERMINATION, true",
    "reset, OVERFLOW, false",
    "5xx, REMOTE_RESET, true",
    "5xx, OVERFLOW, false",
    "gateway-error, CONNECTION_TERMINATION, true",
    "reset-before-request, REMOTE_CONNECTION_FAILURE, true",
    "reset-before-request, REMOTE_RESET, false",
    "retriable-status-codes, REMOTE_CONNECTION_FAILURE, false",
  })
  void retriedResets(String on, ResetReason reason, boolean retried) {
    RequestFlow flow = flow(retries(on, 1));
    flow.begin(0);
    assertThat(flow.onReset(reason, null, 0) instanceof Step.Wait).isEqualTo(retried);
  }

  @ParameterizedTest(name = "{0}: {1} {2} {3}")
  @CsvSource({
    "REMOTE_CONNECTION_FAILURE, 503, UF, CONNECT",
    "LOCAL_CONNECTION_FAILURE, 503, UF, CONNECT",
    "CONNECTION_TIMEOUT, 503, UF, TIMEOUT",
    "CONNECTION_TERMINATION, 503, UC, CONNECT",
    "LOCAL_RESET, 503, LR, CONNECT",
    "REMOTE_RESET, 503, UR, CONNECT",
    "REMOTE_REFUSED_STREAM_RESET, 503, UR, CONNECT",
    "PROTOCOL_ERROR, 502, UPE, CONNECT",
    "OVERFLOW, 503, UO, NONE",
  })
  void repliesToResets(ResetReason reason, int status, String flag, LocalReply.Cause cause) {
    RequestFlow flow = flow(retries("retriable-4xx", 1));
    flow.begin(0);
    LocalReply reply = ((Step.Reply) flow.onReset(reason, null, 0)).reply();
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.flagText()).isEqualTo(flag);
    assertThat(reply.cause()).isEqualTo(cause);
    assertThat(reply.details())
        .isEqualTo("upstream_reset_before_response_started{" + reason.detail(null) + "}");
    assertThat(reply.body())
        .isEqualTo(
            "upstream connect error or disconnect/reset before headers. reset reason: "
                + reason.words());
    assertThat(reply.header("x-envoy-overloaded"))
        .isEqualTo(reason == ResetReason.OVERFLOW ? "true" : null);
  }

  @Test
  void keepsWhatTheTransportSaidOfAConnectionThatCameToBe() {
    RequestFlow flow = flow(retries("retriable-4xx", 1));
    flow.begin(0);
    LocalReply reply =
        ((Step.Reply) flow.onReset(ResetReason.CONNECTION_TERMINATION, "bad certificate", 0))
            .reply();
    assertThat(reply.body())
        .isEqualTo(
            "upstream connect error or disconnect/reset before headers. reset reason: connection"
                + " termination");
    assertThat(reply.details())
        .isEqualTo("upstream_reset_before_response_started{connection_termination}");
    assertThat(flow.transportFailure()).isEqualTo("bad certificate");
  }

  @Test
  void theLimitReturnsTheLastResponseWithUrx() {
    RequestFlow flow = flow(retries("5xx", 2));
    flow.begin(0);
    for (int retry = 0; retry < 2; retry++) {
      assertThat(respond(flow, 503, Map.of())).isInstanceOf(Step.Wait.class);
      assertThat(flow.onDelayElapsed(0)).isInstanceOf(Step.Attempt.class);
    }
    assertThat(describe(respond(flow, 503, Map.of()))).isEqualTo("FORWARD URX");
    assertThat(flow.attempts()).extracting(RequestFlow.AttemptRecord::status).containsOnly(503);
    assertThat(flow.attemptCount()).isEqualTo(3);
  }

  @Test
  void theLimitOfResetsSaysThatItRetried() {
    RequestFlow flow = flow(retries(ISTIO, 1));
    flow.begin(0);
    flow.onReset(ResetReason.REMOTE_CONNECTION_FAILURE, "Connection refused", 0);
    flow.onDelayElapsed(0);
    LocalReply reply =
        ((Step.Reply) flow.onReset(ResetReason.REMOTE_CONNECTION_FAILURE, "Connection refused", 0))
            .reply();
    assertThat(reply.flagText()).isEqualTo("URX,UF");
    assertThat(reply.body())
        .isEqualTo(
            "upstream connect error or disconnect/reset before headers. retried and the latest"
                + " reset reason: remote connection failure, transport failure reason: Connection"
                + " refused");
    assertThat(reply.details())
        .isEqualTo(
            "upstream_reset_before_response_started{remote_connection_failure|Connection_refused}");
  }

  @Test
  void backOffIsUniformBelowAnIntervalThatDoubles() {
    long[] bounds = {25, 50, 100, 200, 250, 250};
    long[] longest = new long[bounds.length];
    for (long seed = 0; seed < 2_000; seed++) {
      RetryState state = retryState(retries("5xx", bounds.length), TestHead.get("http://h/"), seed);
      assertThat(state).isNotNull();
      for (int i = 0; i < bounds.length; i++) {
        assertThat(state.onResponse(500, name -> null)).isEqualTo(RetryState.Verdict.RETRY);
        long millis = Duration.ofNanos(state.backOffNanos()).toMillis();
        assertThat(millis).isBetween(0L, bounds[i] - 1);
        longest[i] = Math.max(longest[i], millis);
      }
    }
    assertThat(longest).containsExactly(24, 49, 99, 199, 249, 249);
  }

  @Test
  void requestsWithoutARetriableHeaderAreNotRetried() {
    RetryPolicy gated =
        RetryPolicy.builder()
            .retryOn("5xx")
            .retriableRequestHeaders(
                List.of(
                    HeaderMatcher.of(":method", new StringMatcher.Exact("PUT", false)),
                    HeaderMatcher.of("x-safe", new StringMatcher.Exact("1", false))))
            .build();
    TestHead plain = TestHead.get("http://h/");
    assertThat(retryState(gated, plain, 0)).isNull();
    assertThat(retryState(gated, plain.with("x-safe", "1"), 0)).isNotNull();
  }

  @Test
  void aRetryAvoidsPreviousHosts() {
    RequestFlow flow =
        flow(
            RetryPolicy.builder()
                .retryOn("5xx")
                .numRetries(2)
                .previousHosts(true)
                .hostSelectionAttempts(5)
                .build());
    Step.Attempt first = (Step.Attempt) flow.begin(0);
    respond(flow, 500, Map.of());
    Step.Attempt second = (Step.Attempt) flow.onDelayElapsed(0);
    respond(flow, 500, Map.of());
    Step.Attempt third = (Step.Attempt) flow.onDelayElapsed(0);
    assertThat(List.of(first.host(), second.host(), third.host())).doesNotHaveDuplicates();
  }

  @Test
  void activeRequestsAreCountedOnceEach() {
    RequestFlow flow = flow(retries("5xx", 1));
    Host first = ((Step.Attempt) flow.begin(0)).host();
    assertThat(first.activeRequests()).isEqualTo(1);
    respond(flow, 500, Map.of());
    assertThat(first.activeRequests()).isZero();
    Host second = ((Step.Attempt) flow.onDelayElapsed(0)).host();
    respond(flow, 200, Map.of());
    assertThat(second.activeRequests()).as("while the body is read").isEqualTo(1);
    flow.onEnd(0);
    flow.onEnd(0);
    assertThat(second.activeRequests()).isZero();
    assertThat(flow.details()).isEqualTo("via_upstream");
  }

  @Test
  void givingUpIsADownstreamDisconnect() {
    RequestFlow flow = flow(retries("5xx", 1));
    Host host = ((Step.Attempt) flow.begin(0)).host();
    flow.onEnd(0);
    assertThat(host.activeRequests()).isZero();
    assertThat(flow.flags()).containsExactly(ResponseFlag.DC);
    assertThat(describe(flow.onReset(ResetReason.REMOTE_RESET, null, 0))).isEqualTo("Nothing");
  }

  @Test
  void nothingToPickIsUh() {
    RequestFlow flow =
        flow(RouteAction.Forward.to("c").build(), cluster("c"), TestHead.get("http://h/"));
    LocalReply reply = ((Step.Reply) flow.begin(0)).reply();
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.body()).isEqualTo("no healthy upstream");
    assertThat(reply.flagText()).isEqualTo("UH");
    assertThat(reply.details()).isEqualTo("no_healthy_upstream");
    assertThat(reply.cause()).isEqualTo(LocalReply.Cause.CONNECT);
  }

  @Test
  void anEndpointThatIsSecuredInAWayNobodySpeaksIsNotCalled() {
    TransportSocket odd = new TransportSocket.Unsupported("transport_socket.typed_config");
    ClusterState cluster =
        cluster(
            Cluster.builder("c", Cluster.Type.EDS)
                .transportSecurity(new TransportSecurity(List.of(), odd)),
            "10.0.0.1:80");
    RequestFlow flow =
        flow(RouteAction.Forward.to("c").build(), cluster, TestHead.get("http://h/"));
    LocalReply reply = ((Step.Reply) flow.begin(0)).reply();
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.flagText()).isEqualTo("UF");
    assertThat(reply.body())
        .contains("transport failure reason: unsupported{transport_socket.typed_config}");
    assertThat(cluster.hosts().get(0).activeRequests()).isZero();
    Destination h = new Destination("h", List.of(), 80);
    assertThat(new Decision.TcpRoute("c", cluster, h, false).pick(1)).isNull();
  }

  @ParameterizedTest(name = "route {0} ms, per try {1} ms: {2} and {3} ms")
  @CsvSource({
    "0, 0, 0, 0",
    "100, 0, 100, 0",
    "0, 50, 0, 50",
    "100, 50, 100, 50",
    "100, 100, 100, 0",
    "100, 200, 100, 0"
  })
  void timeouts(long route, long perTry, long global, long effective) {
    RequestFlow flow =
        flow(
            RouteAction.Forward.to("c")
                .timeouts(RouteTimeouts.of(Duration.ofMillis(route)))
                .retryPolicy(
                    RetryPolicy.builder()
                        .retryOn("5xx")
                        .perTryTimeout(Duration.ofMillis(perTry))
                        .build())
                .build(),
            cluster("c", "10.0.0.1:80"),
            TestHead.get("http://h/"));
    assertThat(Duration.ofNanos(flow.timeoutNanos()).toMillis()).isEqualTo(global);
    Step.Attempt attempt = (Step.Attempt) flow.begin(0);
    assertThat(Duration.ofNanos(attempt.timers().perTry()).toMillis()).isEqualTo(effective);
    assertThat(attempt.connectTimeoutNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
  }

  @Test
  void theRouteTimeoutEndsWhateverIsUnderWay() {
    RequestFlow trying = flow(retries("5xx", 3));
    Host host = ((Step.Attempt) trying.begin(0)).host();
    assertThat(describe(trying.onTimeout(0))).isEqualTo("504 UT response_timeout");
    assertThat(host.activeRequests()).isZero();

    RequestFlow waiting = flow(retries("5xx", 3));
    waiting.begin(0);
    respond(waiting, 500, Map.of());
    Step step = waiting.onTimeout(0);
    assertThat(describe(step)).isEqualTo("504 UT response_timeout");
    assertThat(((Step.Reply) step).reply().body()).isEqualTo("upstream request timeout");
    assertThat(((Step.Reply) step).reply().cause()).isEqualTo(LocalReply.Cause.TIMEOUT);

    RequestFlow responding = flow(retries("5xx", 3));
    responding.begin(0);
    respond(responding, 200, Map.of());
    assertThat(describe(responding.onTimeout(0))).isEqualTo("CUT UT response_timeout");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "5xx, RETRY",
    "gateway-error, RETRY",
    "reset, RETRY",
    "connect-failure, 504 UT upstream_per_try_timeout",
    "reset-before-request, 504 UT upstream_per_try_timeout",
  })
  void aPerTryTimeoutIsALocalReset(String on, String expected) {
    RequestFlow flow = flow(retries(on, 1));
    flow.begin(0);
    assertThat(describe(flow.onPerTryTimeout(0))).isEqualTo(expected);
  }

  @Test
  void theLastPerTryTimeoutIsUtAndUrx() {
    RequestFlow flow = flow(retries("5xx", 1));
    flow.begin(0);
    flow.onPerTryTimeout(0);
    flow.onDelayElapsed(0);
    assertThat(describe(flow.onPerTryTimeout(0))).isEqualTo("504 URX,UT upstream_per_try_timeout");
  }

  @Test
  void afterTheHeadersAStreamIsCut() {
    RequestFlow flow = flow(retries("5xx,reset", 3));
    flow.begin(0);
    respond(flow, 200, Map.of());
    assertThat(describe(flow.onPerTryTimeout(0))).isEqualTo("Nothing");
    assertThat(describe(flow.onReset(ResetReason.CONNECTION_TERMINATION, null, 0)))
        .isEqualTo("CUT UC upstream_reset_after_response_started{connection_termination}");
  }

  @Test
  void aBodyThatCannotBeKeptEndsRetries() {
    RequestFlow trying = flow(retries("5xx", 3));
    trying.begin(0);
    assertThat(trying.mayRetry()).isTrue();
    assertThat(describe(trying.bodyNotReplayable())).isEqualTo("Nothing");
    assertThat(trying.mayRetry()).isFalse();
    assertThat(describe(respond(trying, 500, Map.of()))).isEqualTo("FORWARD -");

    RequestFlow waiting = flow(retries("5xx", 3));
    waiting.begin(0);
    respond(waiting, 500, Map.of());
    assertThat(describe(waiting.bodyNotReplayable()))
        .isEqualTo("507 - request_payload_exceeded_retry_buffer_limit");
  }

  @ParameterizedTest(name = "grpc-timeout {0}, max {1} ms, offset {2} ms: {3} ms")
  @CsvSource(
      value = {
        "100m, 0, 0, 100",
        "100m, 50, 0, 50",
        "100m, 1000, 0, 100",
        "100m, 0, 30, 70",
        "100m, 0, 100, 100",
        "NONE, 0, 0, 0",
        "NONE, 50, 0, 50",
        "2S, 0, 0, 2000",
        "1M, 0, 0, 60000",
        "1H, 0, 0, 3600000",
        "1500u, 0, 0, 2",
        "1n, 0, 0, 1",
        "123456789m, 50, 0, 50",
        "100x, 0, 0, 0",
        "m, 0, 0, 0",
      })
  void grpcTimeouts(String header, long max, long offset, long expected) {
    TestHead head = TestHead.of("POST", "http://h/").with("content-type", "application/grpc");
    if (!header.equals("NONE")) {
      head.with("grpc-timeout", header);
    }
    RouteTimeouts config =
        new RouteTimeouts(
            Duration.ofSeconds(9), Duration.ofMillis(max), Duration.ofMillis(offset), null, null);
    assertThat(Duration.ofNanos(globalNanos(config, head)).toMillis()).isEqualTo(expected);
    assertThat(globalNanos(config, TestHead.get("http://h/")))
        .as("without gRPC")
        .isEqualTo(Duration.ofSeconds(9).toNanos());
  }

  @Test
  void aStreamDurationTurnsTheRouteTimeoutOff() {
    RouteTimeouts config =
        new RouteTimeouts(
            Duration.ofSeconds(9),
            Duration.ZERO,
            Duration.ZERO,
            null,
            new RouteTimeouts.MaxStreamDuration(Duration.ZERO, null, null));
    assertThat(globalNanos(config, TestHead.get("http://h/"))).isZero();
  }

  @ParameterizedTest
  @CsvSource({"5, 5m", "99999999, 99999999m", "100000000, 100000S", "360000000000, 100000H"})
  void grpcTimeoutsAreWrittenInEightDigits(long millis, @Nullable String text) {
    assertThat(Timeouts.grpcText(millis)).isEqualTo(text);
  }
}
