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

  /** The same by looking at all entries each time. */
  private static final class Plain {
    private final double[] weights;
    private final double[] deadlines;
    private final long[] orders;
    private final boolean[] gone;
    private long nextOrder;

    Plain(double[] weights) {
      this.weights = weights;
      deadlines = new double[weights.length];
      orders = new long[weights.length];
      gone = new boolean[weights.length];
      for (int i = 0; i < weights.length; i++) {
        deadlines[i] = 1 / weights[i];
        orders[i] = nextOrder++;
      }
    }

    int pick() {
      int best = -1;
      for (int i = 0; i < weights.length; i++) {
        boolean earlier =
            best < 0
                || deadlines[i] < deadlines[best]
                || (deadlines[i] == deadlines[best] && orders[i] < orders[best]);
        if (!gone[i] && earlier) {
          best = i;
        }
      }
      gone[best] = weights[best] == 0;
      deadlines[best] += 1 / weights[best];
      orders[best] = nextOrder++;
      return best;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7, 8, 17})
  void theEarliestDeadlineIsAlwaysFirst(int entries) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(entries);
    double[] weights = new double[entries];
    Arrays.setAll(weights, i -> 1 + random.nextInt(9));
    Edf edf = new Edf(entries, i -> weights[i], 0);
    Plain plain = new Plain(weights);
    for (int i = 0; i < 500; i++) {
      if (i % 50 == 49) {
        weights[random.nextInt(entries)] = 1 + random.nextInt(9);
      }
      assertThat(edf.pick()).as("pick %d", i).isEqualTo(plain.pick());
    }
  }

  @Test
  void anEntryWhoseWeightIsGoneComesUpOnceMoreAndThenNever() {
    double[] weights = {3, 1, 2, 5, 4};
    Edf edf = new Edf(5, i -> weights[i], 0);
    Plain plain = new Plain(weights);
    weights[3] = 0;
    weights[1] = 0;
    int[] last = new int[5];
    for (int i = 0; i < 200; i++) {
      int picked = edf.pick();
      assertThat(picked).as("pick %d", i).isEqualTo(plain.pick());
      last[picked]++;
    }
    assertThat(last[1]).isEqualTo(1);
    assertThat(last[3]).isEqualTo(1);
    assertThat(edf.isEmpty()).isFalse();
  }
}
