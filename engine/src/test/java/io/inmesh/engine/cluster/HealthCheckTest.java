package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.HealthCheckState.Transition.CHANGED;
import static io.inmesh.engine.cluster.HealthCheckState.Transition.PENDING;
import static io.inmesh.engine.cluster.HealthCheckState.Transition.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.engine.cluster.HealthCheckResult.Outcome;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.HeaderMutations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthCheckTest {
  private static final String SERVICE = HealthProbe.Http.CHECKED_CLUSTER;
  private static final HealthCheckResult SUCCESS = HealthCheckResult.SUCCESS;
  private static final HealthCheckResult FAILURE = HealthCheckResult.FAILURE;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final HealthCheckResult RETRIABLE =
      new HealthCheckResult(Outcome.RETRIABLE, false);

  private final HealthCheck config =
      HealthCheck.of(SECOND, SECOND, 3, 2, HealthProbe.Http.get("/healthy"));

  private HealthCheckState after(HealthCheckState state, HealthCheckResult... results) {
    HealthCheckState now = state;
    for (HealthCheckResult result : results) {
      now = now.after(result, config);
    }
    return now;
  }

  private HealthCheckState healthy() {
    return after(HealthCheckState.unchecked(false), HealthCheckResult.SUCCESS);
  }

  private HealthCheckState unhealthy() {
    return after(HealthCheckState.unchecked(false), HealthCheckResult.FAILURE);
  }

  @Test
  void aHostFailsUntilItsFirstCheck() {
    assertThat(HealthCheckState.unchecked(false).failed()).isTrue();
  }

  @Test
  void theFirstSuccessMakesItHealthyAtOnce() {
    assertThat(healthy().failed()).isFalse();
    assertThat(healthy().transition()).isEqualTo(CHANGED);
  }

  @Test
  void afterAFirstFailureTheThresholdOfSuccessesCounts() {
    HealthCheckState one = after(unhealthy(), HealthCheckResult.SUCCESS);
    assertThat(one.failed()).isTrue();
    assertThat(one.transition()).isEqualTo(PENDING);
    HealthCheckState two = after(one, HealthCheckResult.SUCCESS);
    assertThat(two.failed()).isFalse();
    assertThat(two.transition()).isEqualTo(CHANGED);
  }

  @Test
  void aFailureBetweenSuccessesBeginsAnew() {
    HealthCheckState state =
        after(
            unhealthy(),
            HealthCheckResult.SUCCESS,
            HealthCheckResult.TIMEOUT,
            HealthCheckResult.SUCCESS);
    assertThat(state.failed()).isTrue();
  }

  @Test
  void whatTheHostItselfSaysCountsAtOnce() {
    HealthCheckState state = after(healthy(), HealthCheckResult.FAILURE);
    assertThat(state.failed()).isTrue();
    assertThat(state.transition()).isEqualTo(CHANGED);
  }

  @ParameterizedTest
  @EnumSource(names = {"RETRIABLE", "NETWORK_FAILURE", "TIMEOUT"})
  void otherFailuresNeedTheThreshold(Outcome outcome) {
    HealthCheckResult failure = new HealthCheckResult(outcome, false);
    HealthCheckState two = after(healthy(), failure, failure);
    assertThat(two.failed()).isFalse();
    assertThat(two.transition()).isEqualTo(PENDING);
    assertThat(after(two, failure).failed()).isTrue();
    assertThat(after(two, HealthCheckResult.SUCCESS, failure, failure).failed())
        .as("not in a row")
        .isFalse();
  }

  @Test
  void aHostThatIsDegradedSaysSo() {
    HealthCheckState state = after(healthy(), HealthCheckResult.DEGRADED);
    assertThat(state.degraded()).isTrue();
    assertThat(state.transition()).isEqualTo(CHANGED);
    assertThat(after(state, HealthCheckResult.DEGRADED).transition()).isEqualTo(UNCHANGED);
    assertThat(after(state, HealthCheckResult.SUCCESS).degraded()).isFalse();
  }

  @Test
  void aHostThatAsksForItIsExcludedUntilItIsHealthyAgain() {
    HealthCheckState state = after(healthy(), HealthCheckResult.IMMEDIATE_FAIL);
    assertThat(state.failed()).isTrue();
    assertThat(state.excluded()).isTrue();
    state = after(state, HealthCheckResult.SUCCESS);
    assertThat(state.excluded()).isTrue();
    assertThat(after(state, HealthCheckResult.SUCCESS).excluded()).isFalse();
  }

  @Test
  void aHostThatIsPendingCountsFromItsFirstCheckOn() {
    HealthCheckState state = HealthCheckState.unchecked(true);
    assertThat(state.pending()).isTrue();
    state = after(state, HealthCheckResult.NETWORK_FAILURE);
    assertThat(state.pending()).isFalse();
    assertThat(state.transition()).isEqualTo(CHANGED);
  }

  @Test
  void intervalsFollowWhatTheCheckCameTo() {
    HealthCheck intervals = intervals(0, Duration.ZERO);
    HealthCheckState falling = after(healthy(), HealthCheckResult.TIMEOUT);
    HealthCheckState rising = after(unhealthy(), HealthCheckResult.SUCCESS);
    assertThat(seconds(intervals, healthy(), true)).as("interval").isEqualTo(1);
    assertThat(seconds(intervals, unhealthy(), true)).as("unhealthy").isEqualTo(4);
    assertThat(seconds(intervals, falling, true)).as("unhealthy edge").isEqualTo(5);
    assertThat(seconds(intervals, rising, true)).as("healthy edge").isEqualTo(6);
  }

  @Test
  void withoutTrafficItIsAskedSeldom() {
    HealthCheck intervals = intervals(0, Duration.ZERO);
    HealthCheckState rising = after(unhealthy(), HealthCheckResult.SUCCESS);
    assertThat(seconds(intervals, healthy(), false)).isEqualTo(3);
    assertThat(seconds(intervals, unhealthy(), false)).isEqualTo(2);
    assertThat(seconds(intervals, rising, false)).isEqualTo(2);
  }

  @Test
  void jitterIsAdded() {
    HealthCheck jittered = intervals(50, Duration.ofMillis(100));
    long nanos = jittered.nextNanos(healthy(), true, () -> 30_000_000);
    assertThat(Duration.ofNanos(nanos)).isEqualTo(Duration.ofMillis(1060));
    // The most there can be: all but a nanosecond of half a second and of 100 ms.
    assertThat(jittered.nextNanos(healthy(), true, () -> -1)).isEqualTo(1_599_999_998);
    assertThat(Duration.ofNanos(jittered.firstNanos(() -> -1)))
        .isBetween(Duration.ofMillis(199), Duration.ofMillis(200));
  }

  private static HealthCheck intervals(int percent, Duration jitter) {
    return new HealthCheck(
        SECOND,
        SECOND,
        Duration.ofMillis(200),
        jitter,
        percent,
        3,
        2,
        true,
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        Duration.ofSeconds(4),
        Duration.ofSeconds(5),
        Duration.ofSeconds(6),
        HealthProbe.Http.get("/"));
  }

  private static long seconds(HealthCheck check, HealthCheckState state, boolean traffic) {
    return Duration.ofNanos(check.nextNanos(state, traffic, () -> 0)).toSeconds();
  }

  @Test
  void aResponseIsJudgedByStatusBodyAndHeaders() {
    HealthProbe.Http probe =
        new HealthProbe.Http(
            "GET",
            "",
            "/",
            HeaderMutations.NONE,
            List.of(new HealthProbe.Statuses(200, 300)),
            List.of(new HealthProbe.Statuses(503, 504), new HealthProbe.Statuses(200, 201)),
            Payload.NONE,
            List.of(text("up"), text("running")),
            1024,
            false,
            null);
    assertThat(judge(probe, 204, Map.of(), "up and running")).isEqualTo(HealthCheckResult.SUCCESS);
    assertThat(judge(probe, 200, Map.of(), "up up running")).isEqualTo(HealthCheckResult.SUCCESS);
    assertThat(judge(probe, 200, Map.of(), "running up")).isEqualTo(HealthCheckResult.FAILURE);
    assertThat(judge(probe, 500, Map.of(), "")).isEqualTo(HealthCheckResult.FAILURE);
    assertThat(judge(probe, 503, Map.of(), "")).isEqualTo(RETRIABLE);
    assertThat(judge(probe, 200, Map.of(HealthProbe.Http.DEGRADED, ""), "up, running"))
        .isEqualTo(HealthCheckResult.DEGRADED);
    assertThat(judge(probe, 500, Map.of(HealthProbe.Http.IMMEDIATE_FAIL, "true"), ""))
        .isEqualTo(HealthCheckResult.IMMEDIATE_FAIL);
  }

  private static HealthCheckResult judge(
      HealthProbe.Http probe, int status, Map<String, String> headers, String body) {
    return probe.judge(status, headers::get, body.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void onlyTheBeginningOfABodyIsLookedAt() {
    assertThat(judge(looking(0), 200, Map.of(SERVICE, "a"), "0123456789up")).isEqualTo(SUCCESS);
    assertThat(judge(looking(12), 200, Map.of(SERVICE, "a"), "0123456789up")).isEqualTo(SUCCESS);
    assertThat(judge(looking(11), 200, Map.of(SERVICE, "a"), "0123456789up")).isEqualTo(FAILURE);
    assertThat(judge(looking(50), 200, Map.of(SERVICE, "a"), "0123456789up")).isEqualTo(SUCCESS);
  }

  private static HealthProbe.Http looking(long bufferSize) {
    return new HealthProbe.Http(
        "GET",
        "",
        "/",
        HeaderMutations.NONE,
        List.of(),
        List.of(),
        Payload.NONE,
        List.of(text("up")),
        bufferSize,
        false,
        new StringMatcher.Prefix("a", false));
  }

  @Test
  void theResponseMayHaveToComeFromAService() {
    HealthProbe.Http probe = looking(0);
    assertThat(probe.judge(200, name -> name.equals(SERVICE) ? "abc" : null, bytes("up")))
        .isEqualTo(SUCCESS);
    assertThat(probe.judge(200, name -> name.equals(SERVICE) ? "xyz" : null, bytes("up")))
        .isEqualTo(FAILURE);
    assertThat(probe.judge(200, name -> null, bytes("up"))).isEqualTo(FAILURE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aRangeOfStatusesIsHalfOpen() {
    HealthProbe.Statuses range = new HealthProbe.Statuses(200, 300);
    assertThat(range.contains(199)).isFalse();
    assertThat(range.contains(200)).isTrue();
    assertThat(range.contains(299)).isTrue();
    assertThat(range.contains(300)).isFalse();
    HealthProbe.Http probe = HealthProbe.Http.get("/healthy");
    assertThat(probe.path()).isEqualTo("/healthy");
    assertThat(judge(probe, 200, Map.of(), "")).isEqualTo(SUCCESS);
    assertThat(judge(probe, 201, Map.of(), "")).isEqualTo(FAILURE);
  }

  private static Payload text(String text) {
    return Payload.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void whatEnvoyRejectsIsRejected() {
    assertThatThrownBy(() -> HealthCheck.of(Duration.ZERO, SECOND, 1, 1, HealthProbe.Http.get("/")))
        .hasMessage("HealthCheck.timeout: value must be greater than 0s");
    assertThatThrownBy(() -> HealthProbe.Http.get("")).hasMessageContaining("HttpHealthCheck.path");
    assertThatThrownBy(() -> Payload.hex("0g")).hasMessage("invalid hex string '0g'");
    assertThat(Payload.hex("6f6b")).isEqualTo(text("ok"));
  }
}
