package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.inmesh.engine.RequestFlow.AttemptRecord;
import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterLoadAssignment.DropOverload;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.LbPolicy;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.listener.FilterChainAction.RouterOptions;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.route.HashPolicy;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.HedgePolicy;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTimeouts;
import io.inmesh.engine.route.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attempts of one request: what begins one, what ends one, and what is told of them. */
class RouterRunTest {
  private static final long MILLI = 1_000_000;

  private final FlowFixture fixture = new FlowFixture();

  private RequestFlow flow() {
    return fixture.flow(TestHead.get("http://h/"));
  }

  private RequestFlow begun() {
    RequestFlow flow = flow();
    assertThat(flow.begin(0)).isInstanceOf(Step.Attempt.class);
    return flow;
  }

  private void retry(int times) {
    fixture.action =
        RouteAction.Forward.to("c")
            .timeouts(RouteTimeouts.of(Duration.ofSeconds(3)))
            .retryPolicy(RetryPolicy.builder().retryOn("5xx").numRetries(times).build())
            .build();
  }

  private void hedge(int times) {
    fixture.parallel = true;
    fixture.action =
        RouteAction.Forward.to("c")
            .hedgePolicy(new HedgePolicy(true))
            .retryPolicy(RetryPolicy.builder().retryOn("5xx").numRetries(times).build())
            .build();
  }

  private static Step respond(RequestFlow flow, int number, int status) {
    return flow.onResponse(number, status, Map.<String, String>of()::get, 0);
  }

  private static Step reset(RequestFlow flow, int number) {
    return flow.onReset(number, ResetReason.REMOTE_RESET, null, 0);
  }

  // ---- drop_overload ----

  private void drop(int percent) {
    ClusterLoadAssignment now = fixture.cluster.assignment();
    assertThat(now).isNotNull();
    fixture.cluster.update(
        new ClusterLoadAssignment(
            "c",
            now.localities(),
            140,
            List.of(new DropOverload("test", new FractionalPercent(percent, 100)))),
        0);
  }

  private LocalReply dropped() {
    for (fixture.random = 0; fixture.random < 100; fixture.random++) {
      if (flow().begin(0) instanceof Step.Reply reply) {
        return reply.reply();
      }
    }
    throw new AssertionError("none was dropped");
  }

  @ParameterizedTest(name = "{0} %: {1}")
  @CsvSource({
    "50, DO, drop overload, x-envoy-drop-overload",
    "100, UDO, unconditional drop overload, x-envoy-unconditional-drop-overload",
  })
  void aShareOfRequestsIsDropped(int percent, String flag, String body, String header) {
    drop(percent);
    LocalReply reply = dropped();
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.flagText()).isEqualTo(flag);
    assertThat(reply.body()).isEqualTo(body);
    assertThat(reply.header(header)).isEqualTo("true");

    fixture.router = new RouterOptions(true, false);
    assertThat(dropped().header(header)).isNull();
  }

  @Test
  void theOthersGetThrough() {
    drop(50);
    int admitted = 0;
    for (fixture.random = 0; fixture.random < 400; fixture.random++) {
      admitted += flow().begin(0) instanceof Step.Attempt ? 1 : 0;
    }
    assertThat(admitted).isBetween(150, 250);
  }

  @Test
  void retriesAreNotDropped() {
    retry(1);
    RequestFlow flow = begun();
    respond(flow, 1, 503);
    drop(100);
    assertThat(flow.onDelayElapsed(0)).isInstanceOf(Step.Attempt.class);
  }

  // ---- events out of turn ----

  @Test
  void aWaitEndsOnce() {
    retry(3);
    RequestFlow flow = begun();
    assertThat(flow.onDelayElapsed(0)).as("nothing waits").isInstanceOf(Step.Nothing.class);
    respond(flow, 1, 503);
    assertThat(flow.onDelayElapsed(0)).isInstanceOf(Step.Attempt.class);
    assertThat(flow.onDelayElapsed(0)).isInstanceOf(Step.Nothing.class);
    assertThat(flow.attemptCount()).isEqualTo(2);
  }

  @Test
  void anAttemptThatIsOverSaysNothing() {
    retry(3);
    RequestFlow flow = begun();
    respond(flow, 1, 503);
    flow.onDelayElapsed(0);
    assertThat(respond(flow, 1, 200)).isInstanceOf(Step.Nothing.class);
    assertThat(reset(flow, 1)).isInstanceOf(Step.Nothing.class);
    assertThat(flow.onTryTimeout(TryTime.PER_TRY, 1, 0)).isInstanceOf(Step.Nothing.class);
  }

  @Test
  void onlyAnAttemptUnderWayCanBeEdited() {
    RequestFlow flow = flow();
    assertThatIllegalStateException()
        .isThrownBy(() -> flow.editRequest(TestHead.get("http://h/"), 0));
  }

  // ---- what is told of attempts ----

  @Test
  void everyEndOfAnAttemptIsRecorded() {
    retry(3);
    RequestFlow flow = begun();
    flow.onReset(ResetReason.REMOTE_RESET, null, 0);
    flow.onDelayElapsed(0);
    flow.onPerTryTimeout(0);
    flow.onDelayElapsed(0);
    respond(flow, 3, 503);
    flow.onDelayElapsed(0);
    flow.onTimeout(0);
    assertThat(flow.attempts())
        .extracting(AttemptRecord::reset)
        .containsExactly(
            ResetReason.REMOTE_RESET, ResetReason.LOCAL_RESET, null, ResetReason.LOCAL_RESET);
    assertThat(flow.attempts()).extracting(AttemptRecord::status).containsExactly(0, 0, 503, 0);
  }

  @Test
  void theLastFailureOfTheTransportIsKnown() {
    RequestFlow flow = begun();
    assertThat(flow.transportFailure()).isNull();
    flow.onReset(ResetReason.REMOTE_CONNECTION_FAILURE, "refused", 0);
    assertThat(flow.transportFailure()).isEqualTo("refused");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void aRetryAvoidsHostsThatWereTried(long random) {
    fixture.random = random;
    fixture.cluster =
        Mesh.cluster(
            Cluster.builder("c", Cluster.Type.EDS).lbPolicy(new LbPolicy.RandomChoice()),
            "10.0.0.1:80",
            "10.0.0.2:80");
    RetryPolicy policy =
        RetryPolicy.builder().retryOn("5xx").previousHosts(true).hostSelectionAttempts(40).build();
    fixture.action = RouteAction.Forward.to("c").retryPolicy(policy).build();
    RequestFlow flow = flow();
    Host first = ((Step.Attempt) flow.begin(0)).host();
    respond(flow, 1, 503);
    assertThat(((Step.Attempt) flow.onDelayElapsed(0)).host()).isNotSameAs(first);

    fixture.parallel = true;
    fixture.action =
        RouteAction.Forward.to("c").hedgePolicy(new HedgePolicy(true)).retryPolicy(policy).build();
    RequestFlow hedged = flow();
    Host late = ((Step.Attempt) hedged.begin(0)).host();
    hedged.onTryTimeout(TryTime.PER_TRY, 1, 0);
    assertThat(((Step.Attempt) hedged.onDelayElapsed(0)).host())
        .as("it is still under way")
        .isNotSameAs(late);
  }

  @Test
  void upstreamMayExpectWhatIsLeftOfTheTimeout() {
    retry(1);
    RequestFlow flow = begun();
    TestHead first = TestHead.get("http://h/");
    flow.onRequestSent(100 * MILLI);
    flow.editRequest(first, 600 * MILLI);
    assertThat(first.header("x-envoy-expected-rq-timeout-ms")).isEqualTo("3000");

    respond(flow, 1, 503);
    flow.onDelayElapsed(0);
    flow.onRequestSent(500 * MILLI);
    TestHead second = TestHead.get("http://h/");
    flow.editRequest(second, 600 * MILLI);
    assertThat(second.header("x-envoy-expected-rq-timeout-ms")).isEqualTo("2500");
  }

  // ---- the response that is forwarded ----

  private static TestHead edited(RequestFlow flow, long nanos) {
    TestHead response = TestHead.get("http://h/");
    flow.editResponse(200, response, nanos);
    return response;
  }

  @Test
  void theResponseTellsHowLongUpstreamTook() {
    RequestFlow flow = begun();
    flow.onRequestSent(5 * MILLI);
    respond(flow, 1, 200);
    assertThat(edited(flow, 12 * MILLI).header("x-envoy-upstream-service-time")).isEqualTo("7");

    RequestFlow early = begun();
    respond(early, 1, 200);
    assertThat(edited(early, 12 * MILLI).header("x-envoy-upstream-service-time"))
        .as("the request is not complete")
        .isNull();
    fixture.router = new RouterOptions(true, false);
    RequestFlow silent = begun();
    silent.onRequestSent(5 * MILLI);
    respond(silent, 1, 200);
    assertThat(edited(silent, 12 * MILLI).header("x-envoy-upstream-service-time")).isNull();
  }

  @Test
  void theResponseMayTellTheNumberOfAttempts() {
    retry(1);
    fixture.options = VirtualHost.Options.attemptCount(true, null);
    RequestFlow flow = begun();
    respond(flow, 1, 503);
    flow.onDelayElapsed(0);
    respond(flow, 2, 200);
    assertThat(edited(flow, 0).header("x-envoy-attempt-count")).isEqualTo("2");
  }

  @Test
  void mutationsOfTheResponseKnowHostAndStatus() {
    HeaderMutations mutations =
        new HeaderMutations(
            List.of(
                HeaderMutations.Add.of(
                    "x-from",
                    "%UPSTREAM_CLUSTER% %UPSTREAM_HOST% %RESPONSE_CODE%"
                        + " %UPSTREAM_REQUEST_ATTEMPT_COUNT%",
                    HeaderMutations.AppendAction.OVERWRITE_IF_EXISTS_OR_ADD)),
            List.of());
    Route route =
        new Route(
            "r",
            Mesh.ANY_PATH,
            RouteAction.Forward.to("c").build(),
            HeaderMutations.NONE,
            mutations,
            io.inmesh.engine.route.FilterOverrides.NONE,
            "",
            null);
    MeshSnapshot snapshot =
        Mesh.port80(Mesh.host("*", route)).cluster(Mesh.cluster("c", "10.0.0.1:80")).build();
    TestHead head = TestHead.get("http://h/");
    RequestFlow flow = new RequestFlow((RouteDecision) Mesh.decide(snapshot, head), head);
    flow.begin(0);
    respond(flow, 1, 200);
    assertThat(edited(flow, 0).header("x-from")).isEqualTo("c 10.0.0.1:80 200 1");
  }

  @Test
  void aCookieThatWasMadeForTheHashGoesBack() {
    fixture.cluster =
        Mesh.cluster(
            Cluster.builder("c", Cluster.Type.EDS)
                .lbPolicy(new LbPolicy.RingHash(16, 32, false, false, 0)),
            "10.0.0.1:80",
            "10.0.0.2:80");
    fixture.action =
        RouteAction.Forward.to("c")
            .hashPolicies(List.of(new HashPolicy.Cookie("id", Duration.ofSeconds(9), "/a", false)))
            .build();
    RequestFlow flow = begun();
    respond(flow, 1, 200);
    assertThat(edited(flow, 0).header("set-cookie"))
        .matches("id=\"[0-9a-f]{16}\"; Max-Age=9; Path=/a; HttpOnly");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "STREAM, UMSDR, upstream_max_stream_duration_reached",
    "IDLE, UT, upstream_per_try_idle_timeout",
  })
  void aResponseThatTakesTooLongIsCut(TryTime time, ResponseFlag flag, String details) {
    RequestFlow flow = begun();
    respond(flow, 1, 200);
    assertThat(flow.onTryTimeout(time, 1, 0)).isEqualTo(new Step.Cut(Set.of(flag), details));
  }

  @Test
  void aStreamThatLivesTooLongIsAnswered() {
    RequestFlow flow = begun();
    LocalReply reply = ((Step.Reply) flow.onTryTimeout(TryTime.STREAM, 1, 0)).reply();
    assertThat(reply.flagText()).isEqualTo("UMSDR");
    assertThat(reply.body()).isEqualTo("upstream max stream duration reached");
  }

  // ---- hedging ----

  @Test
  void withoutRetriesThereIsNothingToHedgeWith() {
    fixture.parallel = true;
    fixture.action = RouteAction.Forward.to("c").hedgePolicy(new HedgePolicy(true)).build();
    RequestFlow flow = begun();
    assertThat(flow.onTryTimeout(TryTime.PER_TRY, 1, 0)).isInstanceOf(Step.Nothing.class);
    assertThat(flow.attemptsUnderWay()).isEqualTo(1);
  }

  @Test
  void aTryIsHedgedOnce() {
    hedge(3);
    RequestFlow flow = begun();
    assertThat(flow.onTryTimeout(TryTime.PER_TRY, 1, 0)).isInstanceOf(Step.Wait.class);
    assertThat(flow.onTryTimeout(TryTime.IDLE, 1, 0)).isInstanceOf(Step.Nothing.class);
  }

  @Test
  void theLateTryIsNeverRetried() {
    hedge(3);
    RequestFlow answering = begun();
    answering.onTryTimeout(TryTime.PER_TRY, 1, 0);
    answering.onDelayElapsed(0);
    assertThat(respond(answering, 1, 503)).isInstanceOf(Step.Drop.class);
    RequestFlow breaking = begun();
    breaking.onTryTimeout(TryTime.PER_TRY, 1, 0);
    breaking.onDelayElapsed(0);
    assertThat(reset(breaking, 1)).isInstanceOf(Step.Drop.class);
  }

  @Test
  void aTryThatIsStillToComeIsWaitedFor() {
    hedge(3);
    RequestFlow answering = begun();
    answering.onTryTimeout(TryTime.PER_TRY, 1, 0);
    assertThat(respond(answering, 1, 503)).isInstanceOf(Step.Drop.class);
    assertThat(answering.onDelayElapsed(0)).isInstanceOf(Step.Attempt.class);
    RequestFlow breaking = begun();
    breaking.onTryTimeout(TryTime.PER_TRY, 1, 0);
    assertThat(reset(breaking, 1)).isInstanceOf(Step.Drop.class);
    assertThat(breaking.onDelayElapsed(0)).isInstanceOf(Step.Attempt.class);
  }

  @Test
  void aGoodResponseCallsOffTheTryThatIsStillToCome() {
    hedge(3);
    RequestFlow flow = begun();
    flow.onTryTimeout(TryTime.PER_TRY, 1, 0);
    assertThat(respond(flow, 1, 200)).isInstanceOf(Step.Forward.class);
    assertThat(flow.onDelayElapsed(0)).isInstanceOf(Step.Nothing.class);
  }

  @ParameterizedTest(name = "policy {0}, header {1}: hedges {2}")
  @CsvSource({
    "true, NONE, true",
    "false, NONE, false",
    "true, false, false",
    "false, true, true",
    "true, nonsense, true",
  })
  void aTrustedCallerDecidesWhetherToHedge(boolean policy, String header, boolean hedges) {
    hedge(1);
    if (!policy) {
      retry(1);
    }
    fixture.trust = new CallerTrust(false, 0, List.of(Cidr.parse("10.0.0.0/8")));
    TestHead head = TestHead.get("http://h/").with("x-forwarded-for", "10.1.1.1");
    if (!header.equals("NONE")) {
      head.with("x-envoy-hedge-on-per-try-timeout", header);
    }
    fixture.parallel = true;
    RequestFlow flow = fixture.flow(head);
    flow.begin(0);
    assertThat(((Step.Wait) flow.onTryTimeout(TryTime.PER_TRY, 1, 0)).keepsAttempt())
        .isEqualTo(hedges);
  }
}
