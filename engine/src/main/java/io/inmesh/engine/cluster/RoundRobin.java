package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** One after the other from a random start; by schedule where weights differ. */
final class RoundRobin implements LoadBalancer {
  // A counter stands alone on its cache line, or the stripes would still meet there.
  private static final int PADDED = 64;

  private final Host[] hosts;
  private final Stripes<AtomicIntegerArray> counters;
  private final @Nullable WeightedSchedule schedule;

  RoundRobin(Host[] hosts, HostWeights weights, int stripes) {
    this.hosts = hosts;
    counters = new Stripes<>(stripes);
    schedule = weights.equal() ? null : new WeightedSchedule(hosts, weights::weight, stripes);
  }

  @Override
  public Host choose(long random) {
    if (schedule != null) {
      return schedule.choose(random);
    }
    int stripe = counters.current();
    AtomicIntegerArray counter = counters.get(stripe);
    if (counter == null) {
      AtomicIntegerArray fresh = new AtomicIntegerArray(PADDED);
      fresh.set(PADDED / 2, (int) Long.remainderUnsigned(random, hosts.length));
      counter = counters.put(stripe, fresh);
    }
    int next = counter.getAndIncrement(PADDED / 2);
    return hosts[Integer.remainderUnsigned(next, hosts.length)];
  }
}
