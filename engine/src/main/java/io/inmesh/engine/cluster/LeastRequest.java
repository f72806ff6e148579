package io.inmesh.engine.cluster;

import io.inmesh.engine.net.Mix;
import org.jspecify.annotations.Nullable;

/**
 * The host with the fewest active requests among some random ones (ties go to the first), or among
 * all; by a schedule that active requests slow down where weights differ.
 */
final class LeastRequest implements LoadBalancer {
  private final Host[] hosts;
  private final HostWeights weights;
  private final LbPolicy.LeastRequest policy;
  private final @Nullable WeightedSchedule schedule;

  LeastRequest(Host[] hosts, HostWeights weights, LbPolicy.LeastRequest policy, int stripes) {
    this.hosts = hosts;
    this.weights = weights;
    this.policy = policy;
    schedule = weights.equal() ? null : new WeightedSchedule(hosts, this::biasedWeight, stripes);
  }

  @Override
  public Host choose(long random) {
    if (schedule != null) {
      return schedule.choose(random);
    }
    return policy.fullScan() ? least(random) : leastOfSamples(random);
  }

  private Host leastOfSamples(long random) {
    Host best = hosts[(int) Long.remainderUnsigned(Mix.draw(random, 1), hosts.length)];
    for (int i = 2; i <= policy.choiceCount(); i++) {
      Host other = hosts[(int) Long.remainderUnsigned(Mix.draw(random, i), hosts.length)];
      if (other.activeRequests() < best.activeRequests()) {
        best = other;
      }
    }
    return best;
  }

  private Host least(long random) {
    Host best = hosts[0];
    int ties = 1;
    for (int i = 1; i < hosts.length; i++) {
      int compared = Integer.compare(hosts[i].activeRequests(), best.activeRequests());
      if (compared < 0) {
        best = hosts[i];
        ties = 1;
      } else if (compared == 0 && Long.remainderUnsigned(Mix.draw(random, i), ++ties) == 0) {
        best = hosts[i];
      }
    }
    return best;
  }

  private double biasedWeight(int host) {
    double weight = weights.weight(host);
    int active = hosts[host].activeRequests();
    double bias = policy.activeRequestBias();
    if (bias == 1.0) {
      return weight / (active + 1);
    }
    return bias == 0.0 ? weight : weight / Math.pow(active + 1, bias);
  }
}
