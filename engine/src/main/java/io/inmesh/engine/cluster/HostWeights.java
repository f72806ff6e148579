package io.inmesh.engine.cluster;

import org.jspecify.annotations.Nullable;

/** The weights of a list of hosts, slow start included. */
final class HostWeights {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Host[] hosts;
  private final LbPolicy.@Nullable SlowStart slowStart;
  private final LbClock clock;

  private HostWeights(Host[] hosts, LbPolicy.@Nullable SlowStart slowStart, LbClock clock) {
    this.hosts = hosts;
    this.slowStart = slowStart;
    this.clock = clock;
  }

  static HostWeights of(Host[] hosts, LbPolicy policy, LbClock clock) {
    return new HostWeights(hosts, slowStart(policy), clock);
  }

  static LbPolicy.@Nullable SlowStart slowStart(LbPolicy policy) {
    if (policy instanceof LbPolicy.RoundRobin roundRobin) {
      return roundRobin.slowStart();
    }
    return policy instanceof LbPolicy.LeastRequest least ? least.slowStart() : null;
  }

  /** Whether all weights are the same and no host is starting slowly. */
  boolean equal() {
    for (int i = 0; i < hosts.length; i++) {
      if (hosts[i].endpoint().weight() != hosts[0].endpoint().weight() || starting(i)) {
        return false;
      }
    }
    return true;
  }

  double weight(int host) {
    double weight = hosts[host].endpoint().weight();
    if (slowStart == null || !starting(host)) {
      return weight;
    }
    double age = Math.max(NANOS_PER_MILLI, (double) (clock.nowNanos() - hosts[host].birthNanos()));
    double share = Math.pow(age / slowStart.window().toNanos(), 1 / slowStart.aggression());
    return weight * Math.max(share, slowStart.minWeightPercent() / 100);
  }

  private boolean starting(int host) {
    return slowStart != null
        && clock.nowNanos() - hosts[host].birthNanos() < slowStart.window().toNanos();
  }
}
