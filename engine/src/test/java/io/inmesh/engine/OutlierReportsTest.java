package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ErrorMatcher;
import io.inmesh.engine.cluster.HealthCheck;
import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.OutlierDetection;
import io.inmesh.engine.cluster.OutlierDetection.Consecutive;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.route.HedgePolicy;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What of an attempt counts for its host: the second failure in a row ejects it. */
class OutlierReportsTest {
  private static final Consecutive TWO = new Consecutive(2, 100);
  private static final Consecutive OFF = new Consecutive(0, 0);

  private final FlowFixture fixture = new FlowFixture();

  @BeforeEach
  void oneHost() {
    detect(false, null);
  }

  private void detect(boolean split, @Nullable ErrorMatcher matcher) {
    OutlierDetection defaults = OutlierDetection.DEFAULT;
    OutlierDetection detection =
        new OutlierDetection(
            TWO,
            OFF,
            TWO,
            split,
            defaults.interval(),
            defaults.baseEjectionTime(),
            defaults.maxEjectionTime(),
            Duration.ZERO,
            100,
            false,
            true,
            defaults.successRate(),
            defaults.failurePercentage(),
            matcher);
    fixture.cluster =
        Mesh.cluster(
            Cluster.builder("c", Cluster.Type.EDS).panicThreshold(100).outlierDetection(detection),
            "10.0.0.1:80");
  }

  private Host host() {
    return fixture.cluster.hosts().get(0);
  }

  private void request(TestHead head, Consumer<RequestFlow> events) {
    RequestFlow flow = fixture.flow(head);
    assertThat(flow.begin(0)).isInstanceOf(Step.Attempt.class);
    events.accept(flow);
    flow.onEnd(0);
  }

  private void twice(Consumer<RequestFlow> events) {
    request(TestHead.get("http://h/"), events);
    assertThat(host().isEjected()).as("after one").isFalse();
    request(TestHead.get("http://h/"), events);
  }

  private static void respond(RequestFlow flow, int status, Map<String, String> headers) {
    flow.onResponse(status, headers::get, 0);
  }

  @ParameterizedTest
  @CsvSource({"200, false", "404, false", "500, true", "503, true"})
  void aResponseCountsByItsStatus(int status, boolean ejected) {
    twice(flow -> respond(flow, status, Map.of()));

    assertThat(host().isEjected()).isEqualTo(ejected);
  }

  @ParameterizedTest(name = "status {0}, grpc-status {1}: {2}")
  @CsvSource({
    "200, 0, false",
    "200, 5, false",
    "200, 14, true",
    "200, 2, true",
    "500, 0, false",
    // The status is in the trailers then.
    "200, NONE, false",
    "503, NONE, true",
  })
  void aGrpcResponseCountsByWhatItsGrpcStatusStandsFor(
      int status, String grpcStatus, boolean ejected) {
    Map<String, String> headers =
        grpcStatus.equals("NONE") ? Map.of() : Map.of("grpc-status", grpcStatus);
    for (int i = 0; i < 2; i++) {
      TestHead head = TestHead.of("POST", "http://h/").with("content-type", "application/grpc");
      request(head, flow -> respond(flow, status, headers));
    }

    assertThat(host().isEjected()).isEqualTo(ejected);
  }

  @Test
  void withoutGrpcItsStatusCountsForNothing() {
    twice(flow -> respond(flow, 200, Map.of("grpc-status", "14")));

    assertThat(host().isEjected()).isFalse();
  }

  @ParameterizedTest(name = ":status {0}, x-bad {1}: {2}")
  @CsvSource({"404, no, true", "200, yes, true", "500, no, false", "200, no, false"})
  void theClusterMaySayWhatAnErrorIs(int status, String bad, boolean ejected) {
    detect(
        false,
        new ErrorMatcher.AnyOf(
            List.of(
                new ErrorMatcher.Headers(
                    List.of(HeaderMatcher.of(":status", new StringMatcher.Exact("404", false)))),
                new ErrorMatcher.Headers(
                    List.of(HeaderMatcher.of("x-bad", new StringMatcher.Exact("yes", false)))))));
    twice(flow -> respond(flow, status, Map.of("x-bad", bad)));

    assertThat(host().isEjected()).isEqualTo(ejected);
  }

  @ParameterizedTest
  @EnumSource
  void aResetCountsUnlessACircuitBreakerMadeIt(ResetReason reason) {
    twice(flow -> flow.onReset(reason, null, 0));

    assertThat(host().isEjected()).isEqualTo(reason != ResetReason.OVERFLOW);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "REMOTE_CONNECTION_FAILURE, true",
    "CONNECTION_TIMEOUT, true",
    // What broke had come to be, which ends the row.
    "CONNECTION_TERMINATION, false",
    "REMOTE_RESET, false",
  })
  void whereTheyAreSplitAConnectionEndsARowOfLocalFailures(ResetReason reason, boolean ejected) {
    detect(true, null);
    twice(flow -> flow.onReset(reason, null, 0));

    assertThat(host().isEjected()).isEqualTo(ejected);
  }

  @Test
  void theConnectionOfAResponseIsReportedOnce() {
    detect(true, null);
    // The response ends the row and the reset begins one; a second reset makes two.
    request(
        TestHead.get("http://h/"),
        flow -> {
          respond(flow, 200, Map.of());
          flow.onReset(ResetReason.CONNECTION_TERMINATION, null, 0);
        });
    request(
        TestHead.get("http://h/"),
        flow -> flow.onReset(ResetReason.REMOTE_CONNECTION_FAILURE, null, 0));
    assertThat(host().isEjected()).isTrue();
  }

  @Test
  void aResponseEndsARowOfLocalFailures() {
    detect(true, null);
    Consumer<RequestFlow> refused =
        flow -> flow.onReset(ResetReason.REMOTE_CONNECTION_FAILURE, null, 0);
    request(TestHead.get("http://h/"), refused);
    request(TestHead.get("http://h/"), flow -> respond(flow, 500, Map.of()));
    request(TestHead.get("http://h/"), refused);
    assertThat(host().isEjected()).isFalse();
    request(TestHead.get("http://h/"), refused);
    assertThat(host().isEjected()).isTrue();
  }

  @Test
  void theTimesThatAreOverCount() {
    twice(flow -> flow.onTimeout(0));
    assertThat(host().isEjected()).as("the route's").isTrue();
    detect(false, null);
    twice(flow -> flow.onTryTimeout(TryTime.PER_TRY, 1, 0));
    assertThat(host().isEjected()).as("of one try").isTrue();
    detect(false, null);
    twice(flow -> flow.onTryTimeout(TryTime.STREAM, 1, 0));
    assertThat(host().isEjected()).as("the life of a stream").isFalse();
  }

  @Test
  void aTimeoutIsOfAConnectionThatCameToBe() {
    detect(true, null);
    twice(flow -> flow.onTimeout(0));

    assertThat(host().isEjected()).isFalse();
  }

  @Test
  void aTimeoutAfterTheHeadOfAResponseAddsToTheRow() {
    detect(true, null);
    request(
        TestHead.get("http://h/"),
        flow -> {
          respond(flow, 200, Map.of());
          flow.onTryTimeout(TryTime.IDLE, 1, 0);
        });
    request(
        TestHead.get("http://h/"),
        flow -> flow.onReset(ResetReason.REMOTE_CONNECTION_FAILURE, null, 0));

    assertThat(host().isEjected()).isTrue();
  }

  @Test
  void anAttemptThatGoesOnAfterItsTimeIsReportedOnce() {
    fixture.parallel = true;
    fixture.action =
        RouteAction.Forward.to("c")
            .hedgePolicy(new HedgePolicy(true))
            .retryPolicy(RetryPolicy.builder().retryOn("5xx").build())
            .build();
    request(
        TestHead.get("http://h/"),
        flow -> {
          flow.onTryTimeout(TryTime.PER_TRY, 1, 0);
          flow.onTryTimeout(TryTime.IDLE, 1, 0);
          flow.onTimeout(0);
        });

    assertThat(host().isEjected()).isFalse();
  }

  @Test
  void aCallerThatWantsTimeoutsEmptyMakesThemNoFailures() {
    fixture.trust = new CallerTrust(false, 0, List.of(Cidr.parse("10.0.0.0/8")));
    for (int i = 0; i < 2; i++) {
      TestHead head =
          TestHead.get("http://h/")
              .with("x-forwarded-for", "10.1.1.1")
              .with("x-envoy-upstream-rq-timeout-alt-response", "1");
      request(head, flow -> flow.onTimeout(0));
    }

    assertThat(host().isEjected()).isFalse();
  }

  @ParameterizedTest(name = "checked {0}, says so {1}: excluded {2}")
  @CsvSource({"true, true, true", "true, false, false", "false, true, false"})
  void aHostThatIsCheckedMayAskToBeLeftOut(boolean checked, boolean says, boolean excluded) {
    Duration second = Duration.ofSeconds(1);
    HealthCheck checks = HealthCheck.of(second, second, 1, 1, HealthProbe.Http.get("/"));
    fixture.cluster =
        Mesh.cluster(
            Cluster.builder("c", Cluster.Type.EDS).healthCheck(checked ? checks : null),
            "10.0.0.1:80");
    fixture.cluster.healthChecked(host(), HealthCheckResult.SUCCESS, 0);
    request(
        TestHead.get("http://h/"),
        flow ->
            respond(flow, 200, says ? Map.of(HealthProbe.Http.IMMEDIATE_FAIL, "true") : Map.of()));

    assertThat(host().isExcluded()).isEqualTo(excluded);
    assertThat(host().failedActiveHealthCheck()).isEqualTo(excluded);
  }
}
