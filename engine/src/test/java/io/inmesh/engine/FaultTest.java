package io.inmesh.engine;

import static io.inmesh.engine.Mesh.ANY_PATH;
import static io.inmesh.engine.Mesh.cluster;
import static io.inmesh.engine.Mesh.decide;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.Routes;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.FilterOverrides;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {
  private static FaultPolicy.Delay delay(int percent) {
    return new FaultPolicy.Delay(Duration.ofSeconds(2), new FractionalPercent(percent, 100));
  }

  private static FaultPolicy.Abort abort(int status, int percent) {
    return new FaultPolicy.Abort(status, null, new FractionalPercent(percent, 100));
  }

  private static RequestFlow flow(
      @Nullable FaultPolicy filter, @Nullable FaultPolicy onRoute, TestHead head, long random) {
    Route route =
        new Route(
            "r",
            ANY_PATH,
            RouteAction.Forward.to("c").build(),
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            FilterOverrides.ofFault(onRoute),
            "",
            null);
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(
                Mesh.httpListener(
                    80,
                    HttpConnectionManager.of(
                        new Routes.Inline(
                            Mesh.table("80", new VirtualHost("h", List.of("*"), List.of(route)))),
                        filter == null ? new HttpFilter.Cors() : new HttpFilter.Fault(filter))))
            .cluster(cluster("c", "10.0.0.1:80"))
            .build();
    return new RequestFlow((RouteDecision) decide(snapshot, head, random), head);
  }

  private static RequestFlow flow(FaultPolicy policy, TestHead head) {
    return flow(FaultPolicy.NONE, policy, head, 7);
  }

  @Test
  void aDelayComesFirstThenTheAttempt() {
    RequestFlow flow = flow(new FaultPolicy(delay(100), null), TestHead.get("http://h/"));
    assertThat(flow.begin(0)).isEqualTo(new Step.Wait(Duration.ofSeconds(2).toNanos()));
    assertThat(flow.onDelayElapsed(0)).isInstanceOf(Step.Attempt.class);
    assertThat(flow.flags()).containsExactly(ResponseFlag.DI);
  }

  @Test
  void anAbortFollowsTheDelay() {
    RequestFlow flow =
        flow(new FaultPolicy(delay(100), abort(418, 100)), TestHead.get("http://h/"));
    assertThat(flow.begin(0)).isInstanceOf(Step.Wait.class);
    LocalReply reply = ((Step.Reply) flow.onDelayElapsed(0)).reply();
    assertThat(reply.status()).isEqualTo(418);
    assertThat(reply.body()).isEqualTo("fault filter abort");
    assertThat(reply.details()).isEqualTo("fault_filter_abort");
    assertThat(reply.flagText()).isEqualTo("DI,FI");
  }

  @Test
  void aGrpcRequestIsAbortedWithAGrpcStatus() {
    TestHead grpc = TestHead.of("POST", "http://h/").with("content-type", "application/grpc");
    LocalReply mapped =
        ((Step.Reply) flow(new FaultPolicy(null, abort(503, 100)), grpc).begin(0)).reply();
    assertThat(mapped.status()).isEqualTo(200);
    assertThat(mapped.header("grpc-status")).isEqualTo("14");
    FaultPolicy.Abort byStatus = new FaultPolicy.Abort(0, 5, FractionalPercent.ALL);
    LocalReply explicit =
        ((Step.Reply) flow(new FaultPolicy(null, byStatus), grpc).begin(0)).reply();
    assertThat(explicit.header("grpc-status")).isEqualTo("5");
    assertThat(explicit.header("grpc-message")).isEqualTo("fault filter abort");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "all gates open, true",
    "other cluster, false",
    "header missing, false",
    "other node, false",
  })
  void gatesMustAllHold(String situation, boolean aborted) {
    FaultPolicy policy =
        new FaultPolicy(
            null,
            abort(500, 100),
            situation.equals("other cluster") ? "d" : "c",
            List.of("node-1"),
            List.of(HeaderMatcher.of("x-test", new StringMatcher.Exact("1", false))),
            Long.MAX_VALUE);
    TestHead head =
        TestHead.get("http://h/")
            .with(
                "x-envoy-downstream-service-node",
                situation.equals("other node") ? "node-2" : "node-1");
    if (!situation.equals("header missing")) {
      head.with("x-test", "1");
    }
    assertThat(flow(policy, head).begin(0) instanceof Step.Reply).isEqualTo(aborted);
  }

  @Test
  void theRouteOverridesTheFilterAndWithoutTheFilterNothingHappens() {
    FaultPolicy aborting = new FaultPolicy(null, abort(500, 100));
    TestHead head = TestHead.get("http://h/");
    assertThat(flow(aborting, null, head, 1).begin(0)).isInstanceOf(Step.Reply.class);
    assertThat(flow(aborting, FaultPolicy.NONE, head, 1).begin(0)).isInstanceOf(Step.Attempt.class);
    assertThat(flow(null, aborting, head, 1).begin(0)).isInstanceOf(Step.Attempt.class);
  }

  @Test
  void delayAndAbortAreIndependent() {
    FaultPolicy policy = new FaultPolicy(delay(50), abort(500, 20));
    SplittableRandom random = new SplittableRandom(1);
    int delayed = 0;
    int both = 0;
    int n = 20_000;
    for (int i = 0; i < n; i++) {
      RequestFlow flow =
          flow(FaultPolicy.NONE, policy, TestHead.get("http://h/"), random.nextLong());
      Step step = flow.begin(0);
      if (step instanceof Step.Wait) {
        delayed++;
        both += flow.onDelayElapsed(0) instanceof Step.Reply ? 1 : 0;
      }
    }
    // Four standard deviations.
    assertThat(delayed).isCloseTo(n / 2, within((int) (4 * Math.sqrt(n * 0.25))));
    assertThat(both).isCloseTo(n / 10, within((int) (4 * Math.sqrt(n * 0.09))));
  }
}
