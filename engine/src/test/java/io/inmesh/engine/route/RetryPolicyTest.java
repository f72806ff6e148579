package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.match.MetadataMatch;
import io.inmesh.engine.route.RetryPolicy.BackOff;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {
  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1000);
  }

  @ParameterizedTest(name = "{0} to {1} us: {2} to {3} us")
  @CsvSource({
    "25000, 250000, 25000, 250000",
    "1000, 1000, 1000, 1000",
    "999, 999, 1000, 1000",
    "1, 5000, 1000, 5000",
    "1001, 1001, 1001, 1001",
  })
  void anIntervalIsAtLeastOneMillisecond(long base, long max, long countsBase, long countsMax) {
    assertThat(new BackOff(micros(base), micros(max)))
        .isEqualTo(new BackOff(micros(countsBase), micros(countsMax)));
    assertThat(new BackOff(micros(base), micros(max)).base()).isEqualTo(micros(countsBase));
    assertThat(new BackOff(micros(base), micros(max)).max()).isEqualTo(micros(countsMax));
  }

  @ParameterizedTest(name = "{0} us: {1} us")
  @CsvSource({"1000, 10000", "10, 10000", "25000, 250000"})
  void theMaximumIsTenTimesTheBaseUnlessItIsGiven(long base, long max) {
    assertThat(BackOff.ofBase(micros(base)).max()).isEqualTo(micros(max));
  }

  @Test
  void theMaximumIsNotBelowTheBase() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BackOff(Duration.ofMillis(2), micros(1999)))
        .withMessage("retry_policy.max_interval must greater than or equal to the base_interval");
  }

  @Test
  void noNumberIsNegative() {
    assertThat(RetryPolicy.builder().numRetries(0).hostSelectionAttempts(0).build().numRetries())
        .isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetryPolicy.builder().numRetries(-1).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetryPolicy.builder().hostSelectionAttempts(-1).build());
  }

  @Test
  void hostsAreOmittedByTheirMetadata() {
    RetryPolicy policy =
        RetryPolicy.builder()
            .omittedHosts(
                List.of(
                    MetadataMatch.of(Map.of("version", "v1", "stage", "old")),
                    MetadataMatch.of(Map.of("version", "v9"))))
            .build();

    assertThat(policy.omits(Map.of("version", "v1", "stage", "old"))).isTrue();
    assertThat(policy.omits(Map.of("version", "v1", "stage", "new"))).isFalse();
    assertThat(policy.omits(Map.of("version", List.of("v8", "v9")))).isTrue();
    assertThat(policy.omits(Map.of("canary", true))).isFalse();
  }

  @Test
  void canariesAreOmittedOnDemand() {
    RetryPolicy policy = RetryPolicy.builder().omitCanaryHosts(true).build();

    assertThat(policy.omits(Map.of("canary", true))).isTrue();
    assertThat(policy.omits(Map.of("canary", false))).isFalse();
    assertThat(policy.omits(Map.of())).isFalse();
    assertThat(RetryPolicy.builder().build().omits(Map.of("canary", true))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aTokenIsReadAsItIsWritten(RetryOn token) {
    assertThat(RetryOn.parse(" x, " + token.token() + " ")).containsExactly(token);
  }

  @Test
  void onlyTheNamesOfStatusesAskForGrpc() {
    assertThat(List.of(RetryOn.values()).stream().filter(RetryOn::isGrpc))
        .containsExactly(
            RetryOn.CANCELLED,
            RetryOn.DEADLINE_EXCEEDED,
            RetryOn.RESOURCE_EXHAUSTED,
            RetryOn.UNAVAILABLE,
            RetryOn.INTERNAL);
  }
}
