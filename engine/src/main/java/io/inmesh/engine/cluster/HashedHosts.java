package io.inmesh.engine.cluster;

import java.util.function.ToDoubleFunction;

/**
 * Hosts as consistent hashing sees them: a key and a share each.
 *
 * @param shares of the hosts, their sum is 1
 */
record HashedHosts(Host[] hosts, String[] keys, double[] shares) {
  static HashedHosts of(Host[] hosts, ToDoubleFunction<Host> share, boolean byHostname) {
    String[] keys = new String[hosts.length];
    double[] shares = new double[hosts.length];
    double sum = 0;
    for (int i = 0; i < hosts.length; i++) {
      Endpoint endpoint = hosts[i].endpoint();
      boolean named = byHostname && !endpoint.hostname().isEmpty();
      keys[i] = named ? endpoint.hostname() : endpoint.socketAddress();
      shares[i] = share.applyAsDouble(hosts[i]);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] = sum == 0 ? 1.0 / shares.length : shares[i] / sum;
    }
    return new HashedHosts(hosts, keys, shares);
  }

  double smallestShare() {
    double smallest = 1;
    for (double share : shares) {
      smallest = Math.min(smallest, share);
    }
    return smallest;
  }

  double largestShare() {
    double largest = 0;
    for (double share : shares) {
      largest = Math.max(largest, share);
    }
    return largest;
  }
}
