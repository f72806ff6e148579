package io.inmesh.engine.cluster;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A list of hosts to choose of, with the load balancer that chooses. The balancer is made at the
 * first pick, whose random number seeds it. Thread-safe.
 */
final class HostSource {
  private final Host[] hosts;
  private final ToDoubleFunction<Host> share;
  private final LbPolicy policy;
  private final LbClock clock;
  private final int stripes;
  private volatile @Nullable LoadBalancer balancer;

  HostSource(List<Host> hosts, LbPolicy policy, LbClock clock, int stripes) {
    this(hosts, policy, clock, stripes, host -> host.endpoint().weight());
  }

  /**
   * @param share of a host among the others, for policies that hash
   */
  HostSource(
      List<Host> hosts, LbPolicy policy, LbClock clock, int stripes, ToDoubleFunction<Host> share) {
    this.share = share;
    this.hosts = hosts.toArray(new Host[0]);
    this.policy = policy;
    this.clock = clock;
    this.stripes = stripes;
  }

  int size() {
    return hosts.length;
  }

  /** The sum of the weights. */
  long weight() {
    long sum = 0;
    for (Host host : hosts) {
      sum += host.endpoint().weight();
    }
    return sum;
  }

  @Nullable Host choose(long random) {
    return choose(random, 0);
  }

  @Nullable Host choose(long random, int attempt) {
    if (hosts.length <= 1) {
      return hosts.length == 0 ? null : hosts[0];
    }
    LoadBalancer chosen = balancer;
    if (chosen == null) {
      chosen = create();
    }
    return chosen.choose(random, attempt);
  }

  private synchronized LoadBalancer create() {
    LoadBalancer created = balancer;
    if (created == null) {
      HostWeights weights = HostWeights.of(hosts, policy, clock);
      if (policy instanceof LbPolicy.RoundRobin) {
        created = new RoundRobin(hosts, weights, stripes);
      } else if (policy instanceof LbPolicy.LeastRequest least) {
        created = new LeastRequest(hosts, weights, least, stripes);
      } else if (policy instanceof LbPolicy.RingHash ring) {
        HashedHosts hashed = HashedHosts.of(hosts, share, ring.hashHostname());
        created = bounded(new RingHash(hashed, ring), hashed, ring.balanceFactor());
      } else if (policy instanceof LbPolicy.Maglev maglev) {
        HashedHosts hashed = HashedHosts.of(hosts, share, maglev.hashHostname());
        created = bounded(new Maglev(hashed, maglev), hashed, maglev.balanceFactor());
      } else {
        created = new RandomChoice(hosts);
      }
      balancer = created;
    }
    return created;
  }

  private LoadBalancer bounded(LoadBalancer hashing, HashedHosts hashed, int factor) {
    return factor == 0 ? hashing : new BoundedLoad(hashing, hashed, factor, stripes);
  }

  /** Forgets the balancer, so that the next pick makes one with the weights of then. */
  void reset() {
    balancer = null;
  }
}
