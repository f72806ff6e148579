package io.inmesh.engine.cluster;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Consistent hashing with bounded load, as Envoy's {@code BoundedLoadHashingLoadBalancer}: a host
 * that has more than its share of the requests under way passes a request on to another, in an
 * order that the hash decides. Thread-safe.
 */
final class BoundedLoad implements LoadBalancer {
  private final LoadBalancer hashing;
  private final HashedHosts hashed;
  private final Map<Host, Integer> indices = new IdentityHashMap<>();
  private final int factor;
  private final Stripes<Order> orders;

  /** What one thread at a time needs to shuffle. */
  private record Order(int[] hosts, Mt19937 random) {}

  /**
   * @param factor percent of the mean load that a host may have, at least 100
   */
  BoundedLoad(LoadBalancer hashing, HashedHosts hashed, int factor, int stripes) {
    this.hashing = hashing;
    this.hashed = hashed;
    this.factor = factor;
    orders = new Stripes<>(stripes);
    for (int i = 0; i < hashed.hosts().length; i++) {
      indices.put(hashed.hosts()[i], i);
    }
  }

  @Override
  public Host choose(long hash) {
    return choose(hash, 0);
  }

  @Override
  public Host choose(long hash, int attempt) {
    Host first = hashing.choose(hash, attempt);
    Integer index = indices.get(first);
    double overload = index == null ? 0 : overload(index);
    return overload <= 1 ? first : another(hash, first, overload);
  }

  // The order is drawn as far as it is needed; it is the same for each request of one hash.
  private Host another(long hash, Host first, double overload) {
    Host[] hosts = hashed.hosts();
    int stripe = orders.current();
    Order order = orders.get(stripe);
    if (order == null) {
      order = orders.put(stripe, new Order(new int[hosts.length], new Mt19937()));
    }
    Host least = first;
    double smallest = overload;
    synchronized (order) {
      int[] rest = order.hosts();
      for (int i = 0; i < rest.length; i++) {
        rest[i] = i;
      }
      order.random().seed((int) hash);
      for (int i = 0; i < rest.length; i++) {
        int other = i + order.random().below(rest.length - i);
        int index = rest[other];
        rest[other] = rest[i];
        rest[i] = index;
        if (hosts[index] == first) {
          continue;
        }
        double its = overload(index);
        if (its <= 1) {
          return hosts[index];
        }
        if (its < smallest) {
          smallest = its;
          least = hosts[index];
        }
      }
    }
    return least;
  }

  private double overload(int index) {
    Host host = hashed.hosts()[index];
    long total = ((host.activeInCluster() + 1) * factor + 99) / 100;
    double slots = Math.max(1, Math.ceil(total * hashed.shares()[index]));
    return host.activeRequests() / slots;
  }
}
