package io.inmesh.benchmarks.path;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each variant came to, round by round; a variant's text is its name in the report. */
final class Comparison<V extends Enum<V>> {
  private final Map<V, Map<Quantity, List<Double>>> rounds = new LinkedHashMap<>();

  Comparison(Set<V> variants) {
    for (V variant : variants) {
      rounds.put(variant, new LinkedHashMap<>());
    }
  }

  /** Whether a variant takes part. */
  boolean has(V variant) {
    return rounds.containsKey(variant);
  }

  /** Adds a round. */
  void add(V variant, Map<Quantity, Double> values) {
    Map<Quantity, List<Double>> known = rounds.getOrDefault(variant, Map.of());
    values.forEach((what, value) -> known.computeIfAbsent(what, q -> new ArrayList<>()).add(value));
  }

  Series of(V variant, Quantity what) {
    return new Series(rounds.getOrDefault(variant, Map.of()).getOrDefault(what, List.of()));
  }

  Series ratio(V variant, V other, Quantity what) {
    return of(variant, what).dividedBy(of(other, what));
  }

  /** How much more the variant takes, from microseconds in milliseconds. */
  Series addedMillis(V variant, V other, Quantity what) {
    return of(variant, what).minus(of(other, what)).times(1e-3);
  }

  /** Every value of every variant. */
  void addValues(Report report, String part) {
    rounds.forEach(
        (variant, values) ->
            values.forEach(
                (what, of) ->
                    report.add(
                        part, what.what(), variant.toString(), what.unit(), new Series(of))));
  }

  /** A ratio for each of the quantities, where both variants take part. */
  void addRatios(Report report, String part, V variant, V other, List<Quantity> quantities) {
    if (!has(variant) || !has(other)) {
      return;
    }
    for (Quantity what : quantities) {
      report.add(part, what.what(), variant + " / " + other, "ratio", ratio(variant, other, what));
    }
  }
}
