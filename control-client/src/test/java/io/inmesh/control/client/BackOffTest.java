package io.inmesh.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Envoy's back-off: uniform in an interval that doubles from 500 ms to 30 s. */
class BackOffTest {
  @Test
  void theIntervalDoublesUpToThirtySeconds() {
    BackOff backOff = new BackOff();
    long[] millis = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
    for (long expected : millis) {
      assertThat(backOff.interval()).isEqualTo(Duration.ofMillis(expected).toNanos());
      assertThat(backOff.next()).isBetween(0L, Duration.ofMillis(expected).toNanos());
    }
    backOff.reset();
    assertThat(backOff.interval()).isEqualTo(Duration.ofMillis(500).toNanos());
  }
}
