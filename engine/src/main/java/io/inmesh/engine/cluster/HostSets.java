package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.HostSet.LocalityHosts;
import io.inmesh.engine.match.MetadataMatch;
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
  private final @Nullable Subsets subsets;
  private final @Nullable ZoneRouting zones;

  /**
   * All hosts, with the subsets that the cluster divides them into.
   *
   * @param local turns on zone-aware routing; null leaves it off
   */
  static HostSets of(
      Cluster cluster,
      List<List<LocalityHosts>> byPriority,
      ClusterLoadAssignment from,
      @Nullable LocalCluster local,
      LbClock clock,
      int stripes) {
    LbSubsets config = cluster.subsets();
    if (config == null) {
      boolean weighted = cluster.localityWeighted();
      return new HostSets(cluster, byPriority, from, weighted, local, clock, stripes, null);
    }
    boolean weighted = cluster.localityWeighted() && config.localityWeightAware();
    Subsets subsets =
        new Subsets(
            config,
            byPriority,
            some -> new HostSets(cluster, some, from, weighted, local, clock, stripes, null));
    return new HostSets(cluster, byPriority, from, weighted, local, clock, stripes, subsets);
  }

  private HostSets(
      Cluster cluster,
      List<List<LocalityHosts>> byPriority,
      ClusterLoadAssignment from,
      boolean weighted,
      @Nullable LocalCluster local,
      LbClock clock,
      int stripes,
      @Nullable Subsets subsets) {
    this.cluster = cluster;
    this.subsets = subsets;
    zones =
        local == null || cluster.lbPolicy().hashes()
            ? null
            : new ZoneRouting(cluster, byPriority.get(0), local, clock, stripes);
    int overprovisioning = from.overprovisioningFactor();
    sets = new HostSet[byPriority.size()];
    List<Host> everyone = new ArrayList<>();
    for (int p = 0; p < sets.length; p++) {
      sets[p] = new HostSet(byPriority.get(p), cluster, weighted, overprovisioning, clock, stripes);
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

  /** What a request chooses among in place of all hosts; null is all. */
  @Nullable Subsets subsets() {
    return subsets;
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
    HostSource zone = zones == null || choice > 1 ? null : zones.choose(random, degraded);
    if (zone != null) {
      return zone.choose(random, attempt);
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
    if (subsets != null) {
      subsets.reset();
    }
    if (zones != null) {
      zones.reset();
    }
  }

  /**
   * @param criteria of the request
   */
  void describe(Trace trace, @Nullable MetadataMatch criteria) {
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
    if (subsets != null) {
      Subsets.Choice choice = subsets.choose(criteria);
      trace.add("subset", choice.name(), choice.size() + " hosts");
    }
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
