package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.HostSet.LocalityHosts;
import io.inmesh.engine.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All hosts of a cluster by priority, and the pick: priority, panic, locality, host. */
final class HostSets {
  private final Cluster cluster;
  private final HostSet[] sets;
  private final PriorityLoad load;
  private final List<Host> hosts;

  HostSets(
      Cluster cluster,
      List<List<LocalityHosts>> byPriority,
      ClusterLoadAssignment from,
      LbClock clock,
      int stripes) {
    this.cluster = cluster;
    int overprovisioning = from.overprovisioningFactor();
    sets = new HostSet[byPriority.size()];
    List<Host> everyone = new ArrayList<>();
    for (int p = 0; p < sets.length; p++) {
      sets[p] = new HostSet(byPriority.get(p), cluster, overprovisioning, clock, stripes);
      byPriority.get(p).forEach(locality -> everyone.addAll(locality.hosts()));
    }
    load =
        new PriorityLoad(
            sets, overprovisioning, cluster.panicThreshold(), from.weightedPriorityHealth());
    hosts = List.copyOf(everyone);
  }

  List<Host> hosts() {
    return hosts;
  }

  @Nullable Host pick(long random) {
    return pick(random, 0, null);
  }

  /**
   * @param tried what moves a retry to other priorities; null leaves the load as it is
   */
  @Nullable Host pick(long random, int attempt, @Nullable PreviousPriorities tried) {
    PriorityLoad spread = tried == null ? load : tried.of(load);
    int choice = spread.choose(random);
    HostSet set = sets[choice >> 1];
    if (load.panic(choice >> 1)) {
      return cluster.failTrafficOnPanic() ? null : set.all.choose(random, attempt);
    }
    boolean degraded = (choice & 1) != 0;
    LocalityWeights weights = degraded ? set.degradedLocalities : set.healthyLocalities;
    if (weights != null) {
      return weights.choose(random).choose(random, attempt);
    }
    return (degraded ? set.degraded : set.healthy).choose(random, attempt);
  }

  void reset() {
    for (HostSet set : sets) {
      set.all.reset();
      set.healthy.reset();
      set.degraded.reset();
      if (set.healthyLocalities != null) {
        set.healthyLocalities.reset();
      }
      if (set.degradedLocalities != null) {
        set.degradedLocalities.reset();
      }
    }
  }

  void describe(Trace trace) {
    String unsupported = cluster.unsupported();
    trace.add(
        "cluster",
        cluster.name(),
        unsupported != null
            ? "no hosts: " + unsupported + " is not supported"
            : hosts.isEmpty() ? "no hosts" : hosts.size() + " hosts",
        "type",
        cluster.type(),
        "lb",
        cluster.lbPolicy().getClass().getSimpleName());
    for (int p = 0; p < sets.length; p++) {
      trace.add(
          "priority",
          Integer.toString(p),
          load.healthyPercent(p) + " % of the load",
          "degraded",
          load.degradedPercent(p) + " %",
          "panic",
          load.panic(p));
      for (Host host : hosts) {
        if (host.priority() == p) {
          trace.add(
              "endpoint",
              host.isOriginalDestination() ? "original destination" : host.toString(),
              host.isEjected()
                  ? "ejected"
                  : host.health().name().toLowerCase(java.util.Locale.ROOT),
              "weight",
              host.endpoint().weight(),
              "locality",
              host.locality().toString(),
              "active",
              host.activeRequests(),
              "tls",
              !(host.transportSocket() instanceof TransportSocket.RawBuffer));
        }
      }
    }
  }
}
