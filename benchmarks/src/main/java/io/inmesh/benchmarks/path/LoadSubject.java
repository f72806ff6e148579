package io.inmesh.benchmarks.path;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** A client that calls the server that all variants share. */
final class LoadSubject implements Subject {
  static final Quantity P50 = new Quantity("p50, " + Plan.CALLERS + " callers", "us");
  static final Quantity P99 = new Quantity("p99, " + Plan.CALLERS + " callers", "us");
  static final Quantity P50_ALONE = new Quantity("p50, one caller", "us");
  private static final Quantity P99_ALONE = new Quantity("p99, one caller", "us");

  private final Plan plan;
  private final Client client;
  private final LongSupplier sidecars;
  private final Total total = new Total(Quantity.THROUGHPUT, Quantity.CPU);
  private final Slices latencies = new Slices();

  /**
   * Takes a client that runs.
   *
   * @param sidecars CPU time so far of what works beside it
   */
  LoadSubject(Plan plan, Client client, LongSupplier sidecars) {
    this.plan = plan;
    this.client = client;
    this.sidecars = sidecars;
  }

  @Override
  public boolean warmUp(int millis) {
    Load load = client.run(Plan.CALLERS, millis);
    client.run(1, millis / 10);
    return load.jit() < Plan.SETTLED * load.cpu();
  }

  @Override
  public void measure() {
    long before = sidecars.getAsLong();
    Load loaded = client.run(Plan.CALLERS, plan.loaded());
    total.add(loaded, loaded.cpu() + sidecars.getAsLong() - before);
    latencies.add(P50, loaded.p50() / 1e3);
    latencies.add(P99, loaded.p99() / 1e3);
    Load alone = client.run(1, plan.alone());
    latencies.add(P50_ALONE, alone.p50() / 1e3);
    latencies.add(P99_ALONE, alone.p99() / 1e3);
  }

  @Override
  public Map<Quantity, Double> values() {
    Map<Quantity, Double> values = new LinkedHashMap<>(total.values());
    values.putAll(latencies.medians());
    return values;
  }

  @Override
  public void close() {
    client.close();
  }
}
