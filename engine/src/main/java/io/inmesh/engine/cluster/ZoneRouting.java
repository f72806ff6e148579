package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.HostSet.LocalityHosts;
import io.inmesh.engine.net.Mix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's zone-aware routing of the hosts of priority 0: to the own locality as far as its hosts
 * can carry it, and to others by the capacity that they have left. Thread-safe.
 */
final class ZoneRouting {
  // What else chance decides in one pick.
  private static final int ENABLED = -1001;
  private static final int LOCAL = -1002;
  private static final int RESIDUAL = -1003;
  private static final long WHOLE = 10_000;
  private static final Comparator<Locality> ORDER =
      Comparator.comparing(Locality::region)
          .thenComparing(Locality::zone)
          .thenComparing(Locality::subZone);

  private final Cluster cluster;
  private final LocalCluster local;
  private final LbClock clock;
  private final int stripes;
  private final HostSource nobody;
  private final List<Zone> zones;
  private volatile @Nullable Plan plan;

  private record Zone(Locality locality, List<Host> hosts) {
    long healthy() {
      return hosts.stream().filter(host -> host.health() == Host.Health.HEALTHY).count();
    }
  }

  /**
   * What follows from the hosts of the local cluster.
   *
   * @param localHosts those hosts; another list asks for another plan
   * @param direct all goes to the own locality
   * @param localShare of 10,000 requests so many go there otherwise
   * @param residual capacity left in the localities so far, summed up; empty where zones do not
   *     matter
   */
  private record Plan(
      List<Host> localHosts,
      boolean localPanic,
      boolean direct,
      long localShare,
      long[] residual,
      HostSource[] healthy,
      HostSource[] degraded) {
    boolean off() {
      return residual.length == 0;
    }
  }

  /**
   * @param localities of priority 0
   */
  ZoneRouting(
      Cluster cluster,
      List<LocalityHosts> localities,
      LocalCluster local,
      LbClock clock,
      int stripes) {
    this.cluster = cluster;
    this.local = local;
    this.clock = clock;
    this.stripes = stripes;
    nobody = new HostSource(List.of(), cluster.lbPolicy(), clock, stripes);
    Map<Locality, List<Host>> hosts = new LinkedHashMap<>();
    for (LocalityHosts some : localities) {
      if (!some.hosts().isEmpty()) {
        hosts.computeIfAbsent(some.locality(), l -> new ArrayList<>()).addAll(some.hosts());
      }
    }
    zones = zones(hosts);
  }

  private List<Zone> zones(Map<Locality, List<Host>> hosts) {
    List<Zone> sorted = new ArrayList<>();
    TreeMap<Locality, List<Host>> inOrder = new TreeMap<>(ORDER);
    inOrder.putAll(hosts);
    inOrder.forEach(
        (locality, some) ->
            sorted.add(
                locality.equals(local.locality()) ? 0 : sorted.size(), new Zone(locality, some)));
    return sorted;
  }

  /** The hosts of the locality for one pick, perhaps none; null where zones do not matter. */
  @Nullable HostSource choose(long random, boolean degraded) {
    Plan current = plan;
    if (current == null || current.localHosts != local.state().hosts()) {
      current = make(local.state().hosts());
      plan = current;
    }
    if (current.off()
        || Long.remainderUnsigned(Mix.draw(random, ENABLED), 100)
            >= Math.round(cluster.zoneAware().routingEnabledPercent())) {
      return null;
    }
    if (current.localPanic) {
      return cluster.failTrafficOnPanic() ? nobody : null;
    }
    return (degraded ? current.degraded : current.healthy)[zone(current, random)];
  }

  private static int zone(Plan plan, long random) {
    if (plan.direct || Long.remainderUnsigned(Mix.draw(random, LOCAL), WHOLE) < plan.localShare) {
      return 0;
    }
    long[] residual = plan.residual;
    long left = residual[residual.length - 1];
    long drawn = Mix.draw(random, RESIDUAL);
    if (left == 0) {
      return (int) Long.remainderUnsigned(drawn, residual.length);
    }
    long threshold = Long.remainderUnsigned(drawn, left);
    int zone = 0;
    while (threshold >= residual[zone]) {
      zone++;
    }
    return zone;
  }

  void reset() {
    plan = null;
  }

  private Plan make(List<Host> localHosts) {
    Map<Locality, List<Host>> byLocality = new LinkedHashMap<>();
    for (Host host : localHosts) {
      if (host.priority() == 0) {
        byLocality.computeIfAbsent(host.locality(), l -> new ArrayList<>()).add(host);
      }
    }
    long healthy = zones.stream().mapToLong(Zone::healthy).sum();
    if (zones.size() < 2
        || byLocality.size() < 2
        || !byLocality.containsKey(local.locality())
        || healthy < cluster.zoneAware().minClusterSize()) {
      return new Plan(
          localHosts, false, false, 0, new long[0], new HostSource[0], new HostSource[0]);
    }
    long localHealthy = zones(byLocality).stream().mapToLong(Zone::healthy).sum();
    long[] here = new long[zones.size()];
    long[] there = new long[zones.size()];
    for (int i = 0; i < here.length; i++) {
      Zone zone = zones.get(i);
      long own =
          new Zone(zone.locality, byLocality.getOrDefault(zone.locality, List.of())).healthy();
      // Where no host is healthy Envoy knows no locality, and nothing can go there anyway.
      boolean known = zone.healthy() > 0;
      here[i] = known && localHealthy > 0 ? WHOLE * own / localHealthy : 0;
      there[i] = known ? WHOLE * zone.healthy() / healthy : 0;
    }
    boolean hasOwn = zones.get(0).locality.equals(local.locality());
    boolean direct = hasOwn && there[0] > 0 && there[0] >= here[0];
    return new Plan(
        localHosts,
        panics(byLocality),
        direct,
        hasOwn && here[0] > 0 ? there[0] * WHOLE / here[0] : 0,
        residual(here, there, hasOwn),
        sources(Host.Health.HEALTHY),
        sources(Host.Health.DEGRADED));
  }

  private static long[] residual(long[] here, long[] there, boolean hasOwn) {
    long[] residual = new long[here.length];
    long sum = 0;
    for (int i = 0; i < residual.length; i++) {
      if (i > 0 || !hasOwn) {
        sum += Math.max(0, there[i] - here[i]);
      }
      residual[i] = sum;
    }
    return residual;
  }

  private boolean panics(Map<Locality, List<Host>> byLocality) {
    long counted = 0;
    long available = 0;
    for (List<Host> hosts : byLocality.values()) {
      for (Host host : hosts) {
        counted += host.isExcluded() ? 0 : 1;
        available += host.health() == Host.Health.UNHEALTHY ? 0 : 1;
      }
    }
    return (counted == 0 ? 0 : 100.0 * available / counted) < cluster.panicThreshold();
  }

  private HostSource[] sources(Host.Health health) {
    return zones.stream()
        .map(zone -> HostSet.source(zone.hosts, health, cluster, clock, stripes))
        .toArray(HostSource[]::new);
  }
}
