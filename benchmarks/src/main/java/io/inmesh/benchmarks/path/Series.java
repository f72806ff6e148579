package io.inmesh.benchmarks.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * One value a round.
 *
 * @param values in the order of the rounds, at least one
 */
record Series(List<Double> values) {
  Series {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a series needs a value");
    }
    values = List.copyOf(values);
  }

  static Series of(double value) {
    return new Series(List.of(value));
  }

  /** The middle value; the mean of the two middle ones of an even number. */
  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  double min() {
    return values.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(v -> v).max().orElseThrow();
  }

  /** Round by round this divided by the other. */
  Series dividedBy(Series other) {
    return with(other, (a, b) -> a / b);
  }

  /** Round by round this less the other. */
  Series minus(Series other) {
    return with(other, (a, b) -> a - b);
  }

  Series times(double factor) {
    return new Series(values.stream().map(v -> v * factor).toList());
  }

  private Series with(Series other, DoubleBinaryOperator operator) {
    if (other.values.size() != values.size()) {
      throw new IllegalArgumentException(
          values.size() + " rounds against " + other.values.size() + " rounds");
    }
    List<Double> result = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      result.add(operator.applyAsDouble(values.get(i), other.values.get(i)));
    }
    return new Series(result);
  }

  Map<String, Object> toMap() {
    return Map.of("median", median(), "min", min(), "max", max(), "rounds", values);
  }
}
