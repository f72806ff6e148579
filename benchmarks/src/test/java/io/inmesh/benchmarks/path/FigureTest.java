package io.inmesh.benchmarks.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void theMedianOfTheRoundsIsComparedAndNotTheWorst() {
    Figure figure = Figure.atMost("cpu", "", new Series(List.of(1.3, 1.02, 1.1)), 1.10);

    assertThat(figure.verdict()).isEqualTo("reached");
    assertThat(figure.spreadText()).isEqualTo("1.020 to 1.300");
  }

  @Test
  void aValueBelowALowerLimitIsNotReached() {
    assertThat(Figure.atLeast("throughput", "", Series.of(0.94), 0.95).verdict())
        .isEqualTo("NOT reached");
  }

  @Test
  void anAimIsToldApartFromTheTarget() {
    Figure figure = Figure.atMost("start", "s", Series.of(0.5), 0.9).withAim(0.4);

    assertThat(figure.verdict()).isEqualTo("reached");
    assertThat(figure.targetText()).isEqualTo("<= 0.900 s (aim 0.400)");
    assertThat(Figure.atMost("start", "s", Series.of(0.4), 0.9).withAim(0.4).verdict())
        .isEqualTo("reached, aim too");
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    Series bare = new Series(List.of(10.0, 20.0, 40.0));

    assertThat(new Series(List.of(20.0, 20.0, 20.0)).dividedBy(bare).values())
        .containsExactly(2.0, 1.0, 0.5);
    assertThatThrownBy(() -> bare.dividedBy(Series.of(1))).hasMessage("3 rounds against 1 rounds");
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(new Series(List.of(4.0, 1.0, 3.0, 2.0)).median()).isEqualTo(2.5);
  }
}
