package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.RetryState.Verdict;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.RetryPolicy.ResetHeader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryStateTest {
  private static RetryState state(RetryPolicy.Builder policy) {
    return Objects.requireNonNull(
        RetryState.of(
            policy.build(),
            CallerOptions.NONE,
            TestHead.get("http://h/"),
            7,
            InstantSource.fixed(Instant.ofEpochSecond(1_000)),
            Mesh.cluster("c").resources(false)));
  }

  @ParameterizedTest(name = "{0} on {1}, x-envoy-ratelimited {2}: {3}")
  @CsvSource({
    "5xx, 200, false, NO",
    "5xx, 499, false, NO",
    "5xx, 600, false, NO",
    "5xx, 599, false, RETRY",
    "'5xx,envoy-ratelimited', 503, false, RETRY",
    "'5xx,envoy-ratelimited', 404, false, NO",
    "'5xx,envoy-ratelimited', 429, true, RETRY",
    "5xx, 503, true, NO",
    "gateway-error, 501, false, NO",
    "gateway-error, 505, false, NO",
    "retriable-4xx, 409, false, RETRY",
    "retriable-4xx, 408, false, NO",
  })
  void verdicts(String on, int status, boolean limited, Verdict verdict) {
    Map<String, String> headers = limited ? Map.of("x-envoy-ratelimited", "true") : Map.of();

    assertThat(state(RetryPolicy.builder().retryOn(on)).onResponse(status, headers::get))
        .isEqualTo(verdict);
  }

  @Test
  void theStatusIsOneOfTheHeaders() {
    RetryPolicy.Builder policy =
        RetryPolicy.builder()
            .retryOn("retriable-headers")
            .retriableHeaders(
                List.of(HeaderMatcher.of(":status", new StringMatcher.Exact("418", false))));

    assertThat(state(policy).onResponse(418, name -> null)).isEqualTo(Verdict.RETRY);
    assertThat(state(policy).onResponse(419, name -> null)).isEqualTo(Verdict.NO);
  }

  @ParameterizedTest(name = "first {0}, second {1}: at least {2} ms, below {3} ms")
  @CsvSource({
    "5, 7, 5000, 7500",
    "20, 7, 20000, 30000",
    "21, 7, 7000, 10500",
    "soon, 7, 7000, 10500",
    // So great a number is none.
    "9223372036854775807, 7, 7000, 10500",
    "4611686018427387904, 7, 7000, 10500",
    // Now is a time too: the usual wait.
    "0, 7, 0, 25",
    "NONE, NONE, 0, 25",
  })
  void theFirstHeaderThatNamesATimeIsHeard(String first, String second, long least, long below) {
    RetryState state =
        state(
            RetryPolicy.builder()
                .retryOn("5xx")
                .rateLimitedBackOff(
                    new RetryPolicy.RateLimitedBackOff(
                        List.of(new ResetHeader("X-First", false), new ResetHeader("b", false)),
                        Duration.ofSeconds(20))));
    Map<String, String> headers =
        first.equals("NONE") ? Map.of() : Map.of("x-first", first, "b", second);

    assertThat(state.onResponse(503, headers::get)).isEqualTo(Verdict.RETRY);
    assertThat(Duration.ofNanos(state.backOffNanos()).toMillis()).isBetween(least, below - 1);
  }

  @ParameterizedTest(name = "{0}: at least {1} ms, below {2} ms")
  @CsvSource({"1005, 5000, 7500", "1000, 0, 25", "999, 7000, 10500", "1021, 7000, 10500"})
  void aTimeStampIsComparedWithTheClock(String stamp, long least, long below) {
    RetryState state =
        state(
            RetryPolicy.builder()
                .retryOn("5xx")
                .rateLimitedBackOff(
                    new RetryPolicy.RateLimitedBackOff(
                        List.of(new ResetHeader("at", true), new ResetHeader("in", false)),
                        Duration.ofSeconds(20))));

    state.onResponse(503, Map.of("at", stamp, "in", "7")::get);
    assertThat(Duration.ofNanos(state.backOffNanos()).toMillis()).isBetween(least, below - 1);
  }

  @Test
  void whatAResponseDictatesHoldsOnce() {
    RetryState state =
        state(
            RetryPolicy.builder()
                .retryOn("5xx")
                .numRetries(2)
                .rateLimitedBackOff(
                    new RetryPolicy.RateLimitedBackOff(
                        List.of(new ResetHeader("in", false)), Duration.ofSeconds(20))));

    state.onResponse(503, Map.of("in", "7")::get);
    assertThat(Duration.ofNanos(state.backOffNanos()).toMillis()).isGreaterThanOrEqualTo(7_000);
    state.onReset(ResetReason.REMOTE_RESET, false);
    assertThat(Duration.ofNanos(state.backOffNanos()).toMillis()).isLessThan(25);
  }
}
