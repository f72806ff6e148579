package io.inmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialTest {
  @ParameterizedTest(name = "n={0} p={1} error={2}: {3} to {4}")
  @CsvSource({
    // Four fair coins: no head has probability 1/16.
    "4, 0.5, 0.12, 0, 4",
    "4, 0.5, 0.13, 1, 3",
    // One head or none: 5/16.
    "4, 0.5, 0.62, 1, 3",
    "4, 0.5, 0.63, 2, 2",
    "100, 0, 0.000001, 0, 0",
    "100, 1, 0.000001, 100, 100",
  })
  void knowsWhatChanceAllows(int n, double p, double error, int low, int high) {
    assertThat(Binomial.bounds(n, p, error)).isEqualTo(new Binomial(low, high));
  }

  @Test
  void isNarrowButNotTooNarrow() {
    Binomial bounds = Binomial.bounds(300, 0.1, 1e-6);

    assertThat(bounds.allows(150)).as("50/50 is not 90/10").isFalse();
    assertThat(bounds.allows(0)).as("100/0 is not 90/10").isFalse();
    SplittableRandom random = new SplittableRandom(7);
    for (int run = 0; run < 5_000; run++) {
      int count = 0;
      for (int call = 0; call < 300; call++) {
        count += random.nextDouble() < 0.1 ? 1 : 0;
      }
      assertThat(bounds.allows(count)).as("%s in a fair run", count).isTrue();
    }
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatThrownBy(() -> Binomial.bounds(10, 1.5, 0.1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
