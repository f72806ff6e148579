package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTimeouts;
import io.inmesh.engine.route.RouteTimeouts.MaxStreamDuration;
import io.inmesh.engine.route.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Idle times and the life of a stream. */
class StreamTimesTest {
  private final FlowFixture fixture = new FlowFixture();

  private static @Nullable Duration ms(long value) {
    return value < 0 ? null : Duration.ofMillis(value);
  }

  private static String describe(Step step) {
    if (step instanceof Step.Reply reply) {
      LocalReply r = reply.reply();
      return r.status() + " " + r.flagText() + " " + r.details() + ": " + r.body();
    }
    return step instanceof Step.Cut cut
        ? "CUT " + ResponseFlags.text(cut.flags()) + " " + cut.details()
        : step.getClass().getSimpleName();
  }

  private RequestFlow sent() {
    RequestFlow flow = fixture.flow(TestHead.get("http://h/"));
    flow.begin(0);
    flow.onRequestSent(0);
    return flow;
  }

  @ParameterizedTest(name = "route {0} ms, listener {1} ms: {2} ms")
  @CsvSource({"-1, 300, 300", "100, 300, 100", "0, 300, 0", "-1, 0, 0"})
  void theRoutesIdleTimeoutIsInPlaceOfTheListeners(long route, long listener, long effective) {
    fixture.streamIdle = Duration.ofMillis(listener);
    fixture.action =
        RouteAction.Forward.to("c")
            .timeouts(new RouteTimeouts(Duration.ZERO, null, Duration.ZERO, ms(route), null))
            .build();
    assertThat(fixture.flow(TestHead.get("http://h/")).streamIdleNanos())
        .isEqualTo(Duration.ofMillis(effective).toNanos());
  }

  @Test
  void anIdleStreamIsAnsweredOrCut() {
    assertThat(describe(sent().onStreamIdle(0)))
        .isEqualTo("504 SI stream_idle_timeout: stream timeout");
    RequestFlow unfinished = fixture.flow(TestHead.get("http://h/"));
    unfinished.requestStreams();
    unfinished.begin(0);
    assertThat(describe(unfinished.onStreamIdle(0)))
        .isEqualTo("408 SI stream_idle_timeout: stream timeout");
    RequestFlow responding = sent();
    responding.onResponse(200, Map.<String, String>of()::get, 0);
    assertThat(describe(responding.onStreamIdle(0))).isEqualTo("CUT - stream_idle_timeout");
  }

  @ParameterizedTest(name = "grpc-timeout {0}; max {1}, header max {2}, offset {3}: {4} ms, {5}")
  @CsvSource({
    "NONE, -1, -1, -1, -1, NONE",
    "NONE, 500, -1, -1, 500, 500m",
    "NONE, 0, -1, -1, -1, NONE",
    "100m, 500, -1, -1, 500, 500m",
    "100m, 500, 0, -1, 100, 100m",
    "100m, -1, 50, -1, 50, 50m",
    "100m, -1, 0, 30, 70, 70m",
    "100m, -1, 0, 100, 0, 0m",
    "NONE, 500, 50, -1, 500, 500m",
  })
  void streamDuration(
      String header, long max, long headerMax, long offset, long expected, String upstream) {
    fixture.action =
        RouteAction.Forward.to("c")
            .timeouts(
                new RouteTimeouts(
                    Duration.ofSeconds(9),
                    null,
                    Duration.ZERO,
                    null,
                    new MaxStreamDuration(ms(max), ms(headerMax), ms(offset))))
            .build();
    TestHead head = TestHead.of("POST", "http://h/").with("content-type", "application/grpc");
    if (!header.equals("NONE")) {
      head.with("grpc-timeout", header);
    }
    RequestFlow flow = fixture.flow(head);
    assertThat(flow.streamNanos())
        .isEqualTo(expected < 0 ? -1 : Duration.ofMillis(expected).toNanos());
    assertThat(flow.timeoutNanos()).as("the route timeout").isZero();
    flow.begin(0);
    flow.editRequest(head, 0);
    String said = head.header("grpc-timeout");
    assertThat(said == null ? "NONE" : said).isEqualTo(upstream);
  }

  @Test
  void theListenerLimitsStreamsToo() {
    fixture.streamDuration = Duration.ofMillis(200);
    RequestFlow flow = sent();
    assertThat(flow.streamNanos()).isEqualTo(Duration.ofMillis(200).toNanos());
    assertThat(describe(flow.onStreamDuration(0)))
        .isEqualTo("504 - max_duration_timeout: downstream duration timeout");
  }

  @Test
  void grpcHearsThatTheDeadlineIsExceeded() {
    TestHead grpc = TestHead.of("POST", "http://h/").with("content-type", "application/grpc");
    RequestFlow flow = fixture.flow(grpc);
    flow.begin(0);
    LocalReply reply = ((Step.Reply) flow.onStreamDuration(0)).reply();
    assertThat(reply.header("grpc-status")).isEqualTo("4");
  }

  @Test
  void aTryMayLiveOnlySoLong() {
    fixture.trust = new CallerTrust(true, 0, List.of(Cidr.parse("10.0.0.0/8")));
    TestHead head = TestHead.get("http://h/").with("x-envoy-upstream-stream-duration-ms", "50");
    RequestFlow flow = fixture.flow(head);
    Step.Attempt attempt = (Step.Attempt) flow.begin(0);
    assertThat(attempt.timers().stream()).isEqualTo(Duration.ofMillis(50).toNanos());
    assertThat(describe(flow.onTryTimeout(TryTime.STREAM, 1, 0)))
        .isEqualTo(
            "504 UMSDR upstream_max_stream_duration_reached: upstream max stream duration reached");
  }

  @ParameterizedTest(name = "{0}: retried")
  @CsvSource({"IDLE", "STREAM", "PER_TRY"})
  void timesOfATryAreRetried(TryTime time) {
    fixture.action =
        RouteAction.Forward.to("c")
            .retryPolicy(
                RetryPolicy.builder()
                    .retryOn("5xx")
                    .perTryIdleTimeout(Duration.ofMillis(10))
                    .build())
            .build();
    RequestFlow flow = sent();
    assertThat(describe(flow.onTryTimeout(time, 1, 0))).isEqualTo("Wait");
  }

  @Test
  void anIdleResponseIsCut() {
    RequestFlow flow = sent();
    flow.onResponse(200, Map.<String, String>of()::get, 0);
    assertThat(describe(flow.onTryTimeout(TryTime.PER_TRY, 1, 0))).isEqualTo("Nothing");
    assertThat(describe(flow.onTryTimeout(TryTime.IDLE, 1, 0)))
        .isEqualTo("CUT UT upstream_per_try_idle_timeout");
  }

  @ParameterizedTest(name = "retried after a timeout: {0}")
  @CsvSource({"true", "false"})
  void retriesSayWhetherATimeoutLedToThem(boolean timeout) {
    fixture.options =
        new VirtualHost.Options(false, false, true, null, null, List.of(), null, List.of(), null);
    fixture.action =
        RouteAction.Forward.to("c")
            .retryPolicy(RetryPolicy.builder().retryOn("5xx").build())
            .build();
    RequestFlow flow = sent();
    TestHead first = TestHead.get("http://h/");
    flow.editRequest(first, 0);
    assertThat(first.header("x-envoy-is-timeout-retry")).isNull();
    Step unused =
        timeout ? flow.onPerTryTimeout(0) : flow.onResponse(500, Map.<String, String>of()::get, 0);
    flow.onDelayElapsed(0);
    TestHead second = TestHead.get("http://h/");
    flow.editRequest(second, 0);
    assertThat(second.header("x-envoy-is-timeout-retry")).isEqualTo(Boolean.toString(timeout));
  }

  @Test
  void theUpstreamsTimeIsTold() {
    RequestFlow flow = sent();
    flow.onResponse(200, Map.<String, String>of()::get, 0);
    TestHead response = TestHead.get("http://h/");
    flow.editResponse(200, response, Duration.ofMillis(42).toNanos());
    assertThat(response.header("x-envoy-upstream-service-time")).isEqualTo("42");
  }
}
