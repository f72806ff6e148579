package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.route.HedgePolicy;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTimeouts;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code hedge_on_per_try_timeout}: a late try goes on beside the next one. */
class HedgingTest {
  private final FlowFixture fixture = new FlowFixture();

  @BeforeEach
  void aHedgedRoute() {
    fixture.parallel = true;
    fixture.action =
        RouteAction.Forward.to("c")
            .timeouts(RouteTimeouts.of(Duration.ofSeconds(3)))
            .hedgePolicy(new HedgePolicy(true))
            .retryPolicy(
                RetryPolicy.builder()
                    .retryOn("gateway-error")
                    .numRetries(1)
                    .previousHosts(true)
                    .hostSelectionAttempts(5)
                    .perTryTimeout(Duration.ofMillis(100))
                    .build())
            .build();
  }

  private RequestFlow hedged() {
    RequestFlow flow = fixture.flow(TestHead.get("http://h/"));
    flow.begin(0);
    assertThat(flow.onTryTimeout(TryTime.PER_TRY, 1, 0))
        .isInstanceOfSatisfying(Step.Wait.class, wait -> assertThat(wait.keepsAttempt()).isTrue());
    Step.Attempt second = (Step.Attempt) flow.onDelayElapsed(0);
    assertThat(second.number()).isEqualTo(2);
    return flow;
  }

  private static Step respond(RequestFlow flow, int number, int status) {
    return flow.onResponse(number, status, Map.<String, String>of()::get, 0);
  }

  @Test
  void theFirstGoodResponseWins() {
    assertThat(respond(hedged(), 1, 200)).isEqualTo(new Step.Forward(java.util.Set.of(), 1));
    assertThat(respond(hedged(), 2, 200)).isEqualTo(new Step.Forward(java.util.Set.of(), 2));
  }

  @Test
  void theLoserCountsNoLonger() {
    RequestFlow flow = hedged();
    respond(flow, 2, 200);
    assertThat(respond(flow, 1, 200)).isInstanceOf(Step.Nothing.class);
    assertThat(flow.decision().cluster().hosts().stream().mapToLong(h -> h.activeRequests()).sum())
        .isEqualTo(1);
    flow.onEnd(0);
    assertThat(flow.decision().cluster().hosts().stream().mapToLong(h -> h.activeRequests()).sum())
        .isZero();
  }

  @Test
  void aBadResponseIsDroppedWhileAnotherTryIsUnderWay() {
    RequestFlow flow = hedged();
    assertThat(respond(flow, 1, 503)).isInstanceOf(Step.Drop.class);
    assertThat(respond(flow, 2, 200)).isInstanceOf(Step.Forward.class);
  }

  @Test
  void theLastBadResponseIsHandedOn() {
    RequestFlow flow = hedged();
    respond(flow, 1, 503);
    Step last = respond(flow, 2, 503);
    assertThat(last).isInstanceOf(Step.Forward.class);
    assertThat(flow.flags()).containsExactly(ResponseFlag.URX);
  }

  @Test
  void aResetIsNotAnsweredWhileAnotherTryIsUnderWay() {
    RequestFlow flow = hedged();
    assertThat(flow.onReset(1, ResetReason.CONNECTION_TERMINATION, null, 0))
        .isInstanceOf(Step.Drop.class);
    assertThat(flow.onReset(2, ResetReason.CONNECTION_TERMINATION, null, 0))
        .isInstanceOf(Step.Reply.class);
  }

  @Test
  void withoutRetriesLeftTheLateTryJustGoesOn() {
    RequestFlow flow = hedged();
    assertThat(flow.onTryTimeout(TryTime.PER_TRY, 2, 0)).isInstanceOf(Step.Nothing.class);
    assertThat(respond(flow, 2, 200)).isInstanceOf(Step.Forward.class);
  }

  @Test
  void theRouteTimeoutEndsAllTries() {
    RequestFlow flow = hedged();
    Step.Reply reply = (Step.Reply) flow.onTimeout(0);
    assertThat(reply.reply().status()).isEqualTo(504);
    assertThat(flow.attempts()).hasSize(2);
  }

  @Test
  void upstreamMayExpectTheWholeTimeout() {
    RequestFlow flow = fixture.flow(TestHead.get("http://h/"));
    flow.begin(0);
    TestHead sent = TestHead.get("http://h/");
    flow.editRequest(sent, 0);
    assertThat(sent.header("x-envoy-expected-rq-timeout-ms")).isEqualTo("3000");
  }

  @Test
  void aLibraryThatCannotHedgeRetriesInstead() {
    fixture.parallel = false;
    RequestFlow flow = fixture.flow(TestHead.get("http://h/"));
    flow.begin(0);
    assertThat(flow.onTryTimeout(TryTime.PER_TRY, 1, 0))
        .isInstanceOfSatisfying(Step.Wait.class, wait -> assertThat(wait.keepsAttempt()).isFalse());
  }
}
