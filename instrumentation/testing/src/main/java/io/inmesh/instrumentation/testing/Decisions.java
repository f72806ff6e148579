package io.inmesh.instrumentation.testing;

import java.util.List;

/** Reads the agent's counters of routed requests and of their ends. */
final class Decisions {
  private Decisions() {}

  /** Requests opened, requests ended. */
  static List<Long> of(String prometheus) {
    return List.of(
        sum(prometheus, "inmesh_requests_opened_total"),
        sum(prometheus, "inmesh_requests_ended_total"));
  }

  private static long sum(String prometheus, String name) {
    return prometheus
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
