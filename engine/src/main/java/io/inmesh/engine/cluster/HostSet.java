package io.inmesh.engine.cluster;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The hosts of one priority, split by health and locality. Immutable but for pick state. */
final class HostSet {
  final HostSource all;
  final HostSource healthy;
  final HostSource degraded;
  final @Nullable LocalityWeights healthyLocalities;
  final @Nullable LocalityWeights degradedLocalities;
  private final int excluded;
  private final long excludedWeight;

  /** The hosts of one locality with its weight. */
  record LocalityHosts(Locality locality, long weight, List<Host> hosts) {}

  /**
   * @param localityWeighted whether the weights of localities count
   */
  HostSet(
      List<LocalityHosts> localities,
      Cluster cluster,
      boolean localityWeighted,
      int overprovisioning,
      LbClock clock,
      int stripes) {
    List<Host> everyone = new ArrayList<>();
    TreeMap<String, LocalityHosts> sorted = new TreeMap<>();
    for (LocalityHosts locality : localities) {
      everyone.addAll(locality.hosts());
      sorted.put(
          locality.locality().region()
              + '\0'
              + locality.locality().zone()
              + '\0'
              + locality.locality().subZone(),
          locality);
    }
    int out = 0;
    long outWeight = 0;
    for (Host host : everyone) {
      if (host.isExcluded()) {
        out++;
        outWeight += host.endpoint().weight();
      }
    }
    excluded = out;
    excludedWeight = outWeight;
    boolean hashes = cluster.lbPolicy().hashes();
    ToDoubleFunction<Host> share =
        hashes && localityWeighted ? shares(localities) : host -> host.endpoint().weight();
    all = new HostSource(everyone, cluster.lbPolicy(), clock, stripes, share);
    healthy = source(everyone, Host.Health.HEALTHY, cluster, clock, stripes, share);
    degraded = source(everyone, Host.Health.DEGRADED, cluster, clock, stripes, share);
    // A hash chooses among the hosts of all localities at once.
    boolean byLocality = localityWeighted && !hashes;
    List<LocalityHosts> inOrder = List.copyOf(sorted.values());
    healthyLocalities =
        byLocality
            ? LocalityWeights.of(
                inOrder, Host.Health.HEALTHY, cluster, overprovisioning, clock, stripes)
            : null;
    degradedLocalities =
        byLocality
            ? LocalityWeights.of(
                inOrder, Host.Health.DEGRADED, cluster, overprovisioning, clock, stripes)
            : null;
  }

  /** Hosts that count for health: all but the excluded. */
  long counted() {
    return (long) all.size() - excluded;
  }

  /**
   * How much of the load its hosts of a kind can carry, 0 to 100.
   *
   * @param byWeight whether hosts count by their weight
   */
  int availability(HostSource some, int overprovisioning, boolean byWeight) {
    long total = byWeight ? all.weight() - excludedWeight : counted();
    long part = byWeight ? some.weight() : some.size();
    return total <= 0 ? 0 : (int) Math.min(100, overprovisioning * part / total);
  }

  static HostSource source(
      List<Host> hosts, Host.Health health, Cluster cluster, LbClock clock, int stripes) {
    return source(hosts, health, cluster, clock, stripes, host -> host.endpoint().weight());
  }

  private static HostSource source(
      List<Host> hosts,
      Host.Health health,
      Cluster cluster,
      LbClock clock,
      int stripes,
      ToDoubleFunction<Host> share) {
    return new HostSource(
        hosts.stream().filter(host -> host.health() == health).toList(),
        cluster.lbPolicy(),
        clock,
        stripes,
        share);
  }

  // A host's part of its locality times the locality's part of all.
  private static ToDoubleFunction<Host> shares(List<LocalityHosts> localities) {
    Map<Host, Double> shares = new IdentityHashMap<>();
    for (LocalityHosts locality : localities) {
      double weights = 0;
      for (Host host : locality.hosts()) {
        weights += host.endpoint().weight();
      }
      for (Host host : locality.hosts()) {
        shares.put(host, locality.weight() * (host.endpoint().weight() / weights));
      }
    }
    return host -> shares.getOrDefault(host, 0.0);
  }
}
