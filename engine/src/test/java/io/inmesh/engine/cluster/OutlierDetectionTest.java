package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.cluster.OutlierDetection.Consecutive;
import io.inmesh.engine.cluster.OutlierDetection.FailurePercentage;
import io.inmesh.engine.cluster.OutlierDetection.SuccessRate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutlierDetectionTest {
  private static OutlierDetection times(long interval, long base, long max, int percent) {
    OutlierDetection defaults = OutlierDetection.DEFAULT;
    return new OutlierDetection(
        defaults.consecutive5xx(),
        defaults.consecutiveGatewayFailure(),
        defaults.consecutiveLocalOriginFailure(),
        false,
        Duration.ofMillis(interval),
        Duration.ofMillis(base),
        Duration.ofMillis(max),
        Duration.ZERO,
        percent,
        false,
        true,
        defaults.successRate(),
        defaults.failurePercentage(),
        null);
  }

  @ParameterizedTest(name = "{0}, {1}, {2}: {3}")
  @CsvSource({
    "0, 10, 10, interval",
    "-1, 10, 10, interval",
    "10, 0, 10, base_ejection_time",
    "10, -1, 10, base_ejection_time",
    "10, 10, 0, max_ejection_time",
  })
  void timesAreGreaterThanNothing(long interval, long base, long max, String field) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> times(interval, base, max, 10))
        .withMessage("OutlierDetection." + field + ": value must be greater than 0s");
  }

  @Test
  void theLongestEjectionIsNotShorterThanTheFirst() {
    assertThat(times(1, 10, 10, 10).maxEjectionTime()).isEqualTo(Duration.ofMillis(10));
    assertThatIllegalArgumentException().isThrownBy(() -> times(1, 10, 9, 10));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void percentages(int percent) {
    assertThat(times(1, 1, 1, percent).maxEjectionPercent()).isEqualTo(percent);
    assertThat(new Consecutive(5, percent).enforcing()).isEqualTo(percent);
    assertThat(new SuccessRate(percent, percent, 5, 100, 1900).enforcing()).isEqualTo(percent);
    assertThat(new FailurePercentage(percent, percent, percent, 5, 50).threshold())
        .isEqualTo(percent);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 101})
  void noPercentages(int percent) {
    refused("max_ejection_percent", () -> times(1, 1, 1, percent));
    refused("enforcing_consecutive", () -> new Consecutive(5, percent));
    refused("enforcing_success_rate", () -> new SuccessRate(percent, 0, 5, 100, 1900));
    refused("enforcing_local_origin_success_rate", () -> new SuccessRate(0, percent, 5, 100, 1900));
    refused("failure_percentage_threshold", () -> new FailurePercentage(percent, 0, 0, 5, 50));
    refused("enforcing_failure_percentage", () -> new FailurePercentage(85, percent, 0, 5, 50));
    refused(
        "enforcing_failure_percentage_local_origin",
        () -> new FailurePercentage(85, 0, percent, 5, 50));
  }

  private static void refused(String field, Runnable made) {
    assertThatIllegalArgumentException()
        .isThrownBy(made::run)
        .withMessageStartingWith("OutlierDetection." + field + ":");
  }
}
