package io.inmesh.benchmarks.path;

import java.util.LinkedHashMap;
import java.util.Map;

/** A pair that is joined in one way, with small bodies, at a moderate rate, and with large ones. */
final class TlsSubject implements Subject {
  static final Quantity PACED_P99 = new Quantity("p99 at " + Plan.MODERATE_RATE + "/s", "us");
  static final Quantity LARGE = new Quantity("throughput, 1 MB", "1/s");
  static final Quantity LARGE_CPU = new Quantity("CPU time a request, 1 MB", "us");
  private static final Quantity PACED_P50 =
      new Quantity("p50 at " + Plan.MODERATE_RATE + "/s", "us");

  private static final int SMALL_BYTES = 1024;
  private static final int LARGE_BYTES = 1024 * 1024;

  private final Plan plan;
  private final Pair pair;
  private final Total small = new Total(Quantity.THROUGHPUT, Quantity.CPU);
  private final Total large = new Total(LARGE, LARGE_CPU);
  private final Slices latencies = new Slices();

  TlsSubject(Plan plan, Pair pair) {
    this.plan = plan;
    this.pair = pair;
  }

  @Override
  public boolean warmUp(int millis) {
    boolean small = pair.run(millis, SMALL_BYTES, Client.FULL_SPEED).isSettled();
    pair.run(millis / 10, SMALL_BYTES, Plan.MODERATE_RATE);
    boolean large = pair.run(millis / 10, LARGE_BYTES, Client.FULL_SPEED).isSettled();
    return small && large;
  }

  @Override
  public void measure() {
    Pair.Result fast = pair.run(plan.loaded(), SMALL_BYTES, Client.FULL_SPEED);
    small.add(fast.load(), fast.cpu());
    Load paced = pair.run(2 * plan.loaded(), SMALL_BYTES, Plan.MODERATE_RATE).load();
    latencies.add(PACED_P50, paced.p50() / 1e3);
    latencies.add(PACED_P99, paced.p99() / 1e3);
    Pair.Result heavy = pair.run(plan.loaded(), LARGE_BYTES, Client.FULL_SPEED);
    large.add(heavy.load(), heavy.cpu());
  }

  @Override
  public Map<Quantity, Double> values() {
    Map<Quantity, Double> values = new LinkedHashMap<>(small.values());
    values.putAll(latencies.medians());
    values.putAll(large.values());
    return values;
  }

  @Override
  public void close() {
    pair.close();
  }
}
