package io.inmesh.benchmarks.path;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A quantity in each slice of a round, of which the median counts. */
final class Slices {
  private final Map<Quantity, List<Double>> values = new LinkedHashMap<>();

  void add(Quantity what, double value) {
    values.computeIfAbsent(what, q -> new ArrayList<>()).add(value);
  }

  Map<Quantity, Double> medians() {
    Map<Quantity, Double> medians = new LinkedHashMap<>();
    values.forEach((what, all) -> medians.put(what, new Series(all).median()));
    return medians;
  }
}
