package io.inmesh.benchmarks.path;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Rounds with fresh programs, in which the variants take turns by slices. */
record Rounds(Plan plan) {
  /** Has each variant started anew in each round. */
  <V extends Enum<V>> Comparison<V> compare(Set<V> variants, Function<V, Subject> start) {
    Comparison<V> comparison = new Comparison<>(variants);
    for (int round = 0; round < plan.loadRounds(); round++) {
      Map<V, Subject> subjects = new LinkedHashMap<>();
      try {
        for (V variant : variants) {
          Subject subject = start.apply(variant);
          subjects.put(variant, subject);
          warmUp(subject);
        }
        for (int slice = 0; slice < plan.slices(); slice++) {
          subjects.values().forEach(Subject::measure);
        }
        subjects.forEach((variant, subject) -> comparison.add(variant, subject.values()));
      } finally {
        subjects.values().forEach(Subject::close);
      }
    }
    return comparison;
  }

  /**
   * Until the JVM compiles next to nothing any more: what it still compiles would count as the cost
   * of a request, and more classes take longer. Twice in a row, because one kind of load has what
   * was compiled for another thrown away.
   */
  private void warmUp(Subject subject) {
    int settled = 0;
    for (int millis = 0; settled < 2 && millis < plan.warmUp(); millis += plan.warmUpPiece()) {
      settled = subject.warmUp(plan.warmUpPiece()) ? settled + 1 : 0;
    }
  }
}
