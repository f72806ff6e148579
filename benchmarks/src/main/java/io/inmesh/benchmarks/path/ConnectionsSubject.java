package io.inmesh.benchmarks.path;

import java.util.Map;

/** A pair whose client opens a plain connection for each request. */
final class ConnectionsSubject implements Subject {
  static final Quantity RATE = new Quantity("plain connections", "1/s");
  private static final Quantity CPU = new Quantity("CPU time a plain connection", "us");
  private static final int NO_BODY = 0;

  private final Plan plan;
  private final Pair pair;
  private final Total total = new Total(RATE, CPU);

  ConnectionsSubject(Plan plan, Pair pair) {
    this.plan = plan;
    this.pair = pair;
  }

  @Override
  public boolean warmUp(int millis) {
    return connect(millis).isSettled();
  }

  @Override
  public void measure() {
    Pair.Result result = connect(plan.loaded());
    total.add(result.load(), result.cpu());
  }

  private Pair.Result connect(int millis) {
    return pair.run(millis, NO_BODY, Client.FULL_SPEED);
  }

  @Override
  public Map<Quantity, Double> values() {
    return total.values();
  }

  @Override
  public void close() {
    pair.close();
  }
}
