package io.inmesh.engine.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The hosts of one priority, split by health and locality. Immutable but for pick state. */
final class HostSet {
  final HostSource all;
  final HostSource healthy;
  final HostSource degraded;
  final @Nullable LocalityWeights healthyLocalities;
  final @Nullable LocalityWeights degradedLocalities;
  private final int excluded;

  /** The hosts of one locality with its weight. */
  record LocalityHosts(Locality locality, long weight, List<Host> hosts) {}

  HostSet(
      List<LocalityHosts> localities,
      Cluster cluster,
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
    for (Host host : everyone) {
      out += host.isExcluded() ? 1 : 0;
    }
    excluded = out;
    all = new HostSource(everyone, cluster.lbPolicy(), clock, stripes);
    healthy = source(everyone, Host.Health.HEALTHY, cluster, clock, stripes);
    degraded = source(everyone, Host.Health.DEGRADED, cluster, clock, stripes);
    List<LocalityHosts> inOrder = List.copyOf(sorted.values());
    healthyLocalities =
        cluster.localityWeighted()
            ? LocalityWeights.of(
                inOrder, Host.Health.HEALTHY, cluster, overprovisioning, clock, stripes)
            : null;
    degradedLocalities =
        cluster.localityWeighted()
            ? LocalityWeights.of(
                inOrder, Host.Health.DEGRADED, cluster, overprovisioning, clock, stripes)
            : null;
  }

  /** Hosts that count for health: all but the excluded. */
  long counted() {
    return (long) all.size() - excluded;
  }

  static HostSource source(
      List<Host> hosts, Host.Health health, Cluster cluster, LbClock clock, int stripes) {
    return new HostSource(
        hosts.stream().filter(host -> host.health() == health).toList(),
        cluster.lbPolicy(),
        clock,
        stripes);
  }
}
