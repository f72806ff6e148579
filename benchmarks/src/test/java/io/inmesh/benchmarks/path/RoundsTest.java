package io.inmesh.benchmarks.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final Plan PLAN = new Plan(true, 2, 40, 10, 2, 1, 1, 0, 0, 0);

  private final List<String> seen = new ArrayList<>();

  private final class Recorded implements Subject {
    private final Port port;
    private final double value;
    private int pieces;

    Recorded(Port port, double value) {
      this.port = port;
      this.value = value;
    }

    private void see(String what) {
      seen.add(port.name().charAt(0) + " " + what);
    }

    @Override
    public boolean warmUp(int millis) {
      see("warm");
      pieces++;
      boolean quietFromTheSecondOn = pieces > 1;
      boolean quietEverySecond = pieces % 2 == 0;
      return port == Port.BARE ? quietFromTheSecondOn : quietEverySecond;
    }

    @Override
    public void measure() {
      if (value < 0) {
        throw new IllegalStateException("broken");
      }
      see("slice");
    }

    @Override
    public Map<Quantity, Double> values() {
      return Map.of(Quantity.CPU, value);
    }

    @Override
    public void close() {
      see("end");
    }
  }

  @Test
  void variantsWarmUpUntilQuietTwiceInARowAndThenTakeTurns() {
    new Rounds(PLAN).compare(EnumSet.allOf(Port.class), port -> new Recorded(port, 1));

    assertThat(seen.subList(0, seen.size() / 2))
        .containsExactly(
            "B warm", "B warm", "B warm", "S warm", "S warm", "S warm", "S warm", "B slice",
            "S slice", "B slice", "S slice", "B end", "S end")
        .isEqualTo(seen.subList(seen.size() / 2, seen.size()));
  }

  @Test
  void ratiosAreThoseOfEachRound() {
    Comparison<Port> comparison = new Comparison<>(EnumSet.allOf(Port.class));
    comparison.add(Port.BARE, Map.of(Quantity.CPU, 1.0));
    comparison.add(Port.SNIFFING, Map.of(Quantity.CPU, 3.0));
    comparison.add(Port.BARE, Map.of(Quantity.CPU, 2.0));
    comparison.add(Port.SNIFFING, Map.of(Quantity.CPU, 4.0));

    assertThat(comparison.ratio(Port.SNIFFING, Port.BARE, Quantity.CPU).values())
        .containsExactly(3.0, 2.0);
  }

  @Test
  void aFailureEndsThePrograms() {
    assertThatThrownBy(
            () ->
                new Rounds(PLAN).compare(EnumSet.allOf(Port.class), port -> new Recorded(port, -1)))
        .hasMessage("broken");

    assertThat(seen).endsWith("B end", "S end");
  }
}
