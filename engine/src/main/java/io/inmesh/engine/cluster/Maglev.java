package io.inmesh.engine.cluster;

import io.inmesh.engine.net.XxHash64;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Envoy's Maglev: a table that the hosts fill in turn, each in an order of its own; a request goes
 * to the host in the slot of its hash. Immutable.
 */
final class Maglev implements LoadBalancer {
  private final Host[] table;

  Maglev(HashedHosts hashed, LbPolicy.Maglev policy) {
    Host[] hosts = hashed.hosts();
    int size = (int) policy.tableSize();
    Host[] slots = new Host[size];
    Integer[] order = new Integer[hosts.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(i -> hashed.keys()[i]));
    long[] offset = new long[hosts.length];
    long[] skip = new long[hosts.length];
    long[] next = new long[hosts.length];
    double[] target = new double[hosts.length];
    for (int i = 0; i < hosts.length; i++) {
      offset[i] = Long.remainderUnsigned(XxHash64.of(hashed.keys()[i]), size);
      skip[i] = Long.remainderUnsigned(XxHash64.of(hashed.keys()[i], 1), size - 1) + 1;
    }
    double largest = hashed.largestShare();
    int filled = 0;
    for (long turn = 1; filled < size; turn++) {
      for (int k = 0; k < order.length && filled < size; k++) {
        int host = order[k];
        // A lighter host passes turns, so that the heaviest takes part in each.
        if (turn * hashed.shares()[host] < target[host]) {
          continue;
        }
        target[host] += largest;
        int slot = slot(offset[host], skip[host], next[host], size);
        while (slots[slot] != null) {
          next[host]++;
          slot = slot(offset[host], skip[host], next[host], size);
        }
        slots[slot] = hosts[host];
        next[host]++;
        filled++;
      }
    }
    table = slots;
  }

  private static int slot(long offset, long skip, long next, int size) {
    return (int) ((offset + skip * next) % size);
  }

  @Override
  public Host choose(long hash) {
    return choose(hash, 0);
  }

  @Override
  public Host choose(long hash, int attempt) {
    long tried = attempt == 0 ? hash : hash ^ -(long) attempt;
    return table[(int) Long.remainderUnsigned(tried, table.length)];
  }
}
