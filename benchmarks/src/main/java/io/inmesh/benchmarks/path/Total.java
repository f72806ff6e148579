package io.inmesh.benchmarks.path;

import java.util.LinkedHashMap;
import java.util.Map;

/** Several runs of one variant, taken together. */
final class Total {
  private final Quantity throughput;
  private final Quantity cpuTime;
  private long requests;
  private long nanos;
  private long cpu;

  /** Sums up under these names. */
  Total(Quantity throughput, Quantity cpuTime) {
    this.throughput = throughput;
    this.cpuTime = cpuTime;
  }

  /**
   * Adds a run.
   *
   * @param used CPU time in nanoseconds
   */
  void add(Load load, long used) {
    requests += load.requests();
    nanos += load.nanos();
    cpu += used;
  }

  /** Requests a second, and microseconds of CPU time a request. */
  Map<Quantity, Double> values() {
    Map<Quantity, Double> values = new LinkedHashMap<>();
    values.put(throughput, requests * 1e9 / nanos);
    values.put(cpuTime, cpu / 1e3 / requests);
    return values;
  }
}
