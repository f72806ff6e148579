package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.RequestFlow.TryTime;
import io.inmesh.engine.cluster.CircuitBreakers;
import io.inmesh.engine.cluster.CircuitBreakers.RetryBudget;
import io.inmesh.engine.cluster.CircuitBreakers.Thresholds;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ResourceManager;
import io.inmesh.engine.listener.FilterChainAction.RouterOptions;
import io.inmesh.engine.route.HedgePolicy;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteAction;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What circuit breakers let through, what they answer, and that each request gives back. */
class CircuitBreakerTest {
  private final FlowFixture fixture = new FlowFixture();

  private void limit(long requests, long retries, @Nullable RetryBudget budget) {
    Thresholds limits = new Thresholds(1024, 1024, requests, retries, budget);
    fixture.cluster =
        Mesh.cluster(
            Cluster.builder("c", Cluster.Type.EDS)
                .circuitBreakers(new CircuitBreakers(limits, Thresholds.DEFAULT)),
            "10.0.0.1:80",
            "10.0.0.2:80");
  }

  private void retry(String on, int times) {
    fixture.action =
        RouteAction.Forward.to("c")
            .retryPolicy(RetryPolicy.builder().retryOn(on).numRetries(times).build())
            .build();
  }

  private RequestFlow flow() {
    return fixture.flow(TestHead.get("http://h/"));
  }

  private RequestFlow begun() {
    RequestFlow flow = flow();
    assertThat(flow.begin(0)).isInstanceOf(Step.Attempt.class);
    return flow;
  }

  private ResourceManager resources() {
    return fixture.cluster.resources(false);
  }

  private static Step respond(RequestFlow flow, int status) {
    return flow.onResponse(status, Map.<String, String>of()::get, 0);
  }

  @Test
  void overflowIsAnsweredAsEnvoyAnswersIt() {
    limit(1, 3, null);
    begun();
    LocalReply reply = ((Step.Reply) flow().begin(0)).reply();
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.body())
        .isEqualTo(
            "upstream connect error or disconnect/reset before headers. reset reason: overflow");
    assertThat(reply.header("x-envoy-overloaded")).isEqualTo("true");
    assertThat(reply.flags()).containsExactly(ResponseFlag.UO);
    assertThat(reply.details()).isEqualTo("upstream_reset_before_response_started{overflow}");
  }

  @Test
  void overflowIsNotToldWhereEnvoysHeadersAreSuppressed() {
    limit(0, 3, null);
    fixture.router = new RouterOptions(true, false);
    LocalReply reply = ((Step.Reply) flow().begin(0)).reply();
    assertThat(reply.flags()).containsExactly(ResponseFlag.UO);
    assertThat(reply.header("x-envoy-overloaded")).isNull();
  }

  @Test
  void overflowIsNeverRetried() {
    limit(1, 3, null);
    retry("5xx,reset,gateway-error,connect-failure", 5);
    begun();
    assertThat(flow().begin(0)).isInstanceOf(Step.Reply.class);
    assertThat(resources().requests()).isEqualTo(1);
  }

  @Test
  void eachPriorityHasItsOwnLimits() {
    limit(1, 3, null);
    begun();
    fixture.action = RouteAction.Forward.to("c").highPriority(true).build();
    RequestFlow high = begun();
    assertThat(resources().requests()).isEqualTo(1);
    assertThat(fixture.cluster.resources(true).requests()).isEqualTo(1);
    high.onEnd(0);
    assertThat(fixture.cluster.resources(true).requests()).isZero();
    assertThat(resources().requests()).isEqualTo(1);
  }

  @Test
  void aRequestCountsUntilItsResponseIsRead() {
    limit(1, 3, null);
    RequestFlow flow = begun();
    respond(flow, 200);
    assertThat(flow().begin(0)).isInstanceOf(Step.Reply.class);
    flow.onEnd(0);
    assertThat(flow().begin(0)).isInstanceOf(Step.Attempt.class);
  }

  @Test
  void betweenTwoAttemptsARequestIsNoneButHoldsItsRetry() {
    limit(1, 1, null);
    retry("5xx", 3);
    RequestFlow flow = begun();
    assertThat(respond(flow, 503)).isInstanceOf(Step.Wait.class);
    assertThat(resources().requests()).isZero();
    assertThat(resources().retries()).isEqualTo(1);
    RequestFlow other = begun();
    assertThat(flow.onDelayElapsed(0))
        .as("another took the only place meanwhile")
        .isInstanceOf(Step.Reply.class);
    assertThat(resources().retries()).isZero();
    other.onEnd(0);
    assertThat(resources().requests()).isZero();
  }

  @Test
  void retriesOverflowToTheResponseThatCame() {
    limit(10, 1, null);
    retry("5xx", 3);
    RequestFlow first = begun();
    assertThat(respond(first, 503)).isInstanceOf(Step.Wait.class);
    RequestFlow second = begun();
    assertThat(respond(second, 503)).isEqualTo(new Step.Forward(Set.of(ResponseFlag.UO), 1));
    first.onDelayElapsed(0);
    assertThat(respond(first, 200)).isInstanceOf(Step.Forward.class);
    assertThat(resources().retries()).as("its outcome is known").isZero();
  }

  @Test
  void retriesOverflowToTheResetThatCame() {
    limit(10, 0, null);
    retry("reset", 3);
    RequestFlow flow = begun();
    Step.Reply reply = (Step.Reply) flow.onReset(ResetReason.CONNECTION_TERMINATION, null, 0);
    assertThat(reply.reply().flags()).containsExactlyInAnyOrder(ResponseFlag.UC, ResponseFlag.UO);
    assertThat(reply.reply().header("x-envoy-overloaded")).isNull();
  }

  @Test
  void aBudgetGrowsWithTheRequestsUnderWay() {
    limit(100, 0, new RetryBudget(50, 0));
    retry("5xx", 1);
    RequestFlow alone = begun();
    assertThat(respond(alone, 503)).isInstanceOf(Step.Forward.class);
    RequestFlow first = begun();
    assertThat(respond(first, 503)).as("two are under way").isInstanceOf(Step.Wait.class);
  }

  private record End(Consumer<RequestFlow> how) {}

  static Stream<Named<End>> ends() {
    return Stream.of(
        end("read to the end", flow -> respond(flow, 200)),
        end("cancelled before the response", flow -> {}),
        end("cancelled during back-off", flow -> respond(flow, 503)),
        end(
            "retried with success",
            flow -> {
              respond(flow, 503);
              flow.onDelayElapsed(0);
              respond(flow, 200);
            }),
        end(
            "retried until the limit",
            flow -> {
              for (int i = 0; i < 3; i++) {
                respond(flow, 503);
                flow.onDelayElapsed(0);
              }
            }),
        end(
            "reset until the limit",
            flow -> {
              for (int i = 0; i < 3; i++) {
                flow.onReset(ResetReason.REMOTE_RESET, null, 0);
                flow.onDelayElapsed(0);
              }
            }),
        end("a reset that is not retried", flow -> flow.onReset(ResetReason.OVERFLOW, null, 0)),
        end(
            "cut",
            flow -> {
              respond(flow, 200);
              flow.onReset(ResetReason.CONNECTION_TERMINATION, null, 0);
            }),
        end("the route timeout", flow -> flow.onTimeout(0)),
        end(
            "the route timeout during back-off",
            flow -> {
              respond(flow, 503);
              flow.onTimeout(0);
            }),
        end("the stream is idle", flow -> flow.onStreamIdle(0)),
        end("the stream is too old", flow -> flow.onStreamDuration(0)),
        end("the upstream stream is too old", flow -> late(flow, TryTime.STREAM, 1)),
        end(
            "a body too long to send again",
            flow -> {
              respond(flow, 503);
              flow.bodyNotReplayable();
            }),
        end(
            "hedged, the first wins",
            flow -> {
              late(flow, TryTime.PER_TRY, 1);
              flow.onDelayElapsed(0);
              flow.onResponse(1, 200, Map.<String, String>of()::get, 0);
            }),
        end(
            "hedged, the second wins",
            flow -> {
              late(flow, TryTime.PER_TRY, 1);
              flow.onDelayElapsed(0);
              flow.onResponse(2, 200, Map.<String, String>of()::get, 0);
            }),
        end(
            "hedged, both fail",
            flow -> {
              late(flow, TryTime.PER_TRY, 1);
              flow.onDelayElapsed(0);
              flow.onReset(1, ResetReason.REMOTE_RESET, null, 0);
              flow.onReset(2, ResetReason.REMOTE_RESET, null, 0);
            }),
        end(
            "hedged and cancelled",
            flow -> {
              late(flow, TryTime.PER_TRY, 1);
              flow.onDelayElapsed(0);
            }));
  }

  private static void late(RequestFlow flow, TryTime time, int number) {
    flow.onTryTimeout(time, number, 0);
  }

  private static Named<End> end(String name, Consumer<RequestFlow> how) {
    return Named.of(name, new End(how));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void everyEndGivesBackWhatWasTaken(End end) {
    limit(100, 100, null);
    fixture.parallel = true;
    fixture.action =
        RouteAction.Forward.to("c")
            .hedgePolicy(new HedgePolicy(true))
            .retryPolicy(
                RetryPolicy.builder()
                    .retryOn("5xx")
                    .numRetries(2)
                    .perTryTimeout(Duration.ofMillis(100))
                    .build())
            .build();
    RequestFlow flow = begun();
    assertThat(resources().requests()).isEqualTo(1);
    end.how().accept(flow);
    flow.onEnd(0);
    flow.onEnd(0);
    assertThat(resources().requests()).isZero();
    assertThat(resources().retries()).isZero();
    assertThat(fixture.cluster.hosts()).allSatisfy(h -> assertThat(h.activeRequests()).isZero());
  }
}
