package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One after the other from a random start; by schedule where weights differ. */
final class RoundRobin implements LoadBalancer {
  private final Host[] hosts;
  private final Stripes<AtomicInteger> counters;
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
    AtomicInteger counter = counters.get(stripe);
    if (counter == null) {
      int seed = (int) Long.remainderUnsigned(random, hosts.length);
      counter = counters.put(stripe, new AtomicInteger(seed));
    }
    return hosts[Integer.remainderUnsigned(counter.getAndIncrement(), hosts.length)];
  }
}
