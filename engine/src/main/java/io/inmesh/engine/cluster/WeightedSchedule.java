package io.inmesh.engine.cluster;

import java.util.function.IntToDoubleFunction;

/** Hosts by earliest deadline first, one schedule a stripe. Thread-safe. */
final class WeightedSchedule {
  private final Host[] hosts;
  private final IntToDoubleFunction weights;
  private final Stripes<Edf> schedules;

  WeightedSchedule(Host[] hosts, IntToDoubleFunction weights, int stripes) {
    this.hosts = hosts;
    this.weights = weights;
    schedules = new Stripes<>(stripes);
  }

  Host choose(long random) {
    int stripe = schedules.current();
    Edf schedule = schedules.get(stripe);
    if (schedule == null) {
      schedule = schedules.put(stripe, new Edf(hosts.length, weights, random));
    }
    synchronized (schedule) {
      return hosts[schedule.pick()];
    }
  }
}
