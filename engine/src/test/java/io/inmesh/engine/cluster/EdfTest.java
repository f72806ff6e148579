package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdfTest {
  private static int[] counts(Edf edf, int entries, int picks) {
    int[] counts = new int[entries];
    for (int i = 0; i < picks; i++) {
      counts[edf.pick()]++;
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5, 77, 429_496_728L, 429_496_729L, -1, Long.MIN_VALUE})
  void theRatioIsExactOverWholeCycles(long seed) {
    double[] weights = {1, 2, 3, 4};
    Edf edf = new Edf(4, i -> weights[i], seed);
    // Deadlines that are equal in arithmetic may differ in their last bit, so a pick may swap
    // places.
    int[] counts = counts(edf, 4, 1000);
    for (int i = 0; i < counts.length; i++) {
      assertThat(counts[i]).as("entry %d", i).isCloseTo((i + 1) * 100, within(1));
    }
  }

  @Test
  void tiesGoToTheEarlierInsertion() {
    Edf edf = new Edf(3, i -> 1, 0);
    int[] order = new int[6];
    Arrays.setAll(order, i -> edf.pick());
    assertThat(order).containsExactly(0, 1, 2, 0, 1, 2);
  }

  @Test
  void theSeedIsThatManyPriorPicks() {
    double[] weights = {1, 3};
    for (int prior = 0; prior < 50; prior++) {
      Edf fresh = new Edf(2, i -> weights[i], 0);
      counts(fresh, 2, prior);
      Edf seeded = new Edf(2, i -> weights[i], prior);
      int ahead = 0;
      for (int i = 0; i < 20; i++) {
        ahead += seeded.pick() - fresh.pick();
        assertThat(ahead).as("after %d, pick %d", prior, i).isBetween(-1, 1);
      }
    }
  }

  @Test
  void weightsAreAskedAtEachInsertion() {
    double[] weights = {1, 1};
    Edf edf = new Edf(2, i -> weights[i], 0);
    counts(edf, 2, 10);
    weights[0] = 9;
    edf.pick();
    edf.pick();
    int[] counts = counts(edf, 2, 1000);
    assertThat(counts[0]).isBetween(895, 905);
  }

  @Test
  void entriesWithoutWeightNeverComeUp() {
    double[] weights = {0, 1, 0};
    assertThat(counts(new Edf(3, i -> weights[i], 3), 3, 10)).containsExactly(0, 10, 0);
    assertThat(new Edf(2, i -> 0, 3).isEmpty()).isTrue();
  }
}
