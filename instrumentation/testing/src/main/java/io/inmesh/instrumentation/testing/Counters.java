package io.inmesh.instrumentation.testing;

import java.util.function.Predicate;

/**
 * The counters that an agent shows at one moment.
 *
 * @param prometheus in Prometheus' text form
 */
public record Counters(String prometheus) {
  /**
   * The value of a counter, 0 where there is none.
   *
   * @param name with its labels
   */
  public long of(String name) {
    return sum(line -> line.startsWith(name + " "));
  }

  /** The sum of a counter over all of its labels. */
  public long all(String name) {
    return sum(line -> line.startsWith(name + " ") || line.startsWith(name + "{"));
  }

  private long sum(Predicate<String> wanted) {
    return prometheus
        .lines()
        .filter(wanted)
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
