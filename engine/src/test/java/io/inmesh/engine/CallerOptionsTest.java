package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RouteAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which callers' {@code x-envoy-} headers count, and what they do. */
class CallerOptionsTest {
  private static final CallerTrust TEN =
      new CallerTrust(false, 0, List.of(Cidr.parse("10.0.0.0/8")));

  private final FlowFixture fixture = new FlowFixture();

  private static TestHead trusted() {
    return TestHead.get("http://h/").with("x-forwarded-for", "10.1.1.1");
  }

  @ParameterizedTest(name = "remote address {0}, x-forwarded-for {1}: trusted {2}")
  @CsvSource({
    "false, NONE, false",
    "false, 10.1.1.1, true",
    "false, '10.1.1.1, 10.1.1.2', false",
    "false, 192.168.0.1, false",
    "false, nonsense, false",
    "true, NONE, true",
    "true, 10.1.1.1, false",
  })
  void trust(boolean useRemoteAddress, String forwardedFor, boolean expected) {
    CallerTrust trust = new CallerTrust(useRemoteAddress, 0, TEN.internal());
    assertThat(trust.trusts(forwardedFor.equals("NONE") ? null : forwardedFor, "10.0.0.9"))
        .isEqualTo(expected);
    assertThat(CallerTrust.NONE.trusts("10.1.1.1", "10.0.0.9")).isFalse();
  }

  @Test
  void aTrustedCallerAsksForRetries() {
    fixture.trust = TEN;
    TestHead head = trusted().with("x-envoy-retry-on", "5xx").with("x-envoy-max-retries", "3");
    RequestFlow flow = fixture.flow(head);
    flow.begin(0);
    for (int i = 0; i < 3; i++) {
      assertThat(flow.onResponse(500, Map.<String, String>of()::get, 0))
          .isInstanceOf(Step.Wait.class);
      flow.onDelayElapsed(0);
    }
    assertThat(flow.onResponse(500, Map.<String, String>of()::get, 0))
        .isInstanceOf(Step.Forward.class);
  }

  @Test
  void anUntrustedOneIsNotHeard() {
    TestHead head = trusted().with("x-envoy-retry-on", "5xx");
    RequestFlow flow = fixture.flow(head);
    flow.begin(0);
    assertThat(flow.onResponse(500, Map.<String, String>of()::get, 0))
        .isInstanceOf(Step.Forward.class);
  }

  @ParameterizedTest(name = "{0}: {1} retries {2} {3}={4}")
  @CsvSource({
    "x-envoy-retriable-status-codes, '418,499', retriable-status-codes, 499, x",
    "x-envoy-retriable-header-names, 'X-Again', retriable-headers, 200, x-again",
  })
  void conditionsByHeader(String name, String value, String on, int status, String answered) {
    fixture.trust = TEN;
    RequestFlow flow = fixture.flow(trusted().with("x-envoy-retry-on", on).with(name, value));
    flow.begin(0);
    assertThat(flow.onResponse(status, Map.of(answered, "1")::get, 0))
        .isInstanceOf(Step.Wait.class);
  }

  @Test
  void grpcTokensStandInTheirOwnHeader() {
    fixture.trust = TEN;
    RequestFlow wrong = fixture.flow(trusted().with("x-envoy-retry-on", "unavailable"));
    assertThat(wrong.mayRetry()).isFalse();
    RequestFlow right = fixture.flow(trusted().with("x-envoy-retry-grpc-on", "unavailable"));
    assertThat(right.mayRetry()).isTrue();
  }

  @Test
  void timeoutsByHeader() {
    fixture.trust = TEN;
    TestHead head =
        trusted()
            .with("x-envoy-upstream-rq-timeout-ms", "700")
            .with("x-envoy-upstream-rq-per-try-timeout-ms", "200");
    RequestFlow flow = fixture.flow(head);
    assertThat(flow.timeoutNanos()).isEqualTo(Duration.ofMillis(700).toNanos());
    Step.Attempt attempt = (Step.Attempt) flow.begin(0);
    assertThat(attempt.timers().perTry()).isEqualTo(Duration.ofMillis(200).toNanos());
  }

  @Test
  void timeoutsCanBeAnsweredEmpty() {
    fixture.trust = TEN;
    RequestFlow flow =
        fixture.flow(trusted().with("x-envoy-upstream-rq-timeout-alt-response", "1"));
    flow.begin(0);
    LocalReply reply = ((Step.Reply) flow.onTimeout(0)).reply();
    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void whatTheRouterTookIsNotPassedOn() {
    fixture.trust = TEN;
    TestHead head =
        trusted()
            .with("x-envoy-retry-on", "5xx")
            .with("x-envoy-upstream-rq-timeout-ms", "700")
            .with("x-envoy-force-trace", "1");
    RequestFlow flow = fixture.flow(head);
    flow.begin(0);
    flow.editRequest(head, 0);
    assertThat(head.header("x-envoy-retry-on")).isNull();
    assertThat(head.header("x-envoy-upstream-rq-timeout-ms")).isNull();
    assertThat(head.header("x-envoy-force-trace")).isEqualTo("1");
    assertThat(head.header("x-envoy-internal")).isEqualTo("true");
    assertThat(head.header("x-envoy-expected-rq-timeout-ms")).isEqualTo("700");
  }

  @ParameterizedTest(name = "{0} says {1}, at most 20 s: {2} to {3} ms")
  @CsvSource({
    "retry-after, 4, 4000, 5999",
    "retry-after, 30, 0, 24",
    "retry-after, soon, 0, 24",
    "x-reset, 1005, 5000, 7499",
    "x-reset, 999, 0, 24",
    "other, 4, 0, 24",
  })
  void theResponseMaySayWhenToComeBack(String header, String value, long least, long most) {
    fixture.action =
        RouteAction.Forward.to("c")
            .retryPolicy(
                RetryPolicy.builder()
                    .retryOn("5xx")
                    .rateLimitedBackOff(
                        new RetryPolicy.RateLimitedBackOff(
                            List.of(
                                new RetryPolicy.ResetHeader("Retry-After", false),
                                new RetryPolicy.ResetHeader("x-reset", true)),
                            Duration.ofSeconds(20)))
                    .build())
            .build();
    RequestFlow flow = fixture.flow(TestHead.get("http://h/"));
    flow.begin(0);
    Step.Wait wait = (Step.Wait) flow.onResponse(500, Map.of(header, value)::get, 0);
    assertThat(Duration.ofNanos(wait.nanos()).toMillis()).isBetween(least, most);
  }
}
