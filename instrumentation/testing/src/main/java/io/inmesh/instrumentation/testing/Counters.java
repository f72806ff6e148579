package io.inmesh.instrumentation.testing;

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
    return prometheus
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .sum();
  }
}
