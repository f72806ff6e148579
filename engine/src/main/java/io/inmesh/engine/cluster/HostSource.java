package io.inmesh.engine.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of hosts to choose of, with the load balancer that chooses. The balancer is made at the
 * first pick, whose random number seeds it. Thread-safe.
 */
final class HostSource {
  private final Host[] hosts;
  private final LbPolicy policy;
  private final LbClock clock;
  private final int stripes;
  private volatile @Nullable LoadBalancer balancer;

  HostSource(List<Host> hosts, LbPolicy policy, LbClock clock, int stripes) {
    this.hosts = hosts.toArray(new Host[0]);
    this.policy = policy;
    this.clock = clock;
    this.stripes = stripes;
  }

  int size() {
    return hosts.length;
  }

  @Nullable Host choose(long random) {
    if (hosts.length <= 1) {
      return hosts.length == 0 ? null : hosts[0];
    }
    LoadBalancer chosen = balancer;
    if (chosen == null) {
      chosen = create();
    }
    return chosen.choose(random);
  }

  private synchronized LoadBalancer create() {
    LoadBalancer created = balancer;
    if (created == null) {
      HostWeights weights = HostWeights.of(hosts, policy, clock);
      if (policy instanceof LbPolicy.RoundRobin) {
        created = new RoundRobin(hosts, weights, stripes);
      } else if (policy instanceof LbPolicy.LeastRequest least) {
        created = new LeastRequest(hosts, weights, least, stripes);
      } else {
        // Without a hash, ring hash and Maglev choose at random.
        created = new RandomChoice(hosts);
      }
      balancer = created;
    }
    return created;
  }

  /** Forgets the balancer, so that the next pick makes one with the weights of then. */
  void reset() {
    balancer = null;
  }
}
