package io.inmesh.engine.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster whose hosts are checked knows besides. But for the flags, all of it belongs to the
 * lock of its {@link ClusterState}.
 */
final class ActiveHealth {
  private final Cluster cluster;
  private final HealthCheck config;
  private final Set<Host> awaited = Collections.newSetFromMap(new IdentityHashMap<>());
  private Map<String, Host> leaving = Map.of();
  private boolean hasHosts;
  private volatile boolean warm = true;
  private volatile boolean traffic;

  private ActiveHealth(Cluster cluster, HealthCheck config) {
    this.cluster = cluster;
    this.config = config;
  }

  /** Null where hosts are not checked; ORIGINAL_DST has one host that stands for all addresses. */
  static @Nullable ActiveHealth of(Cluster cluster) {
    HealthCheck config = cluster.healthCheck();
    return config == null || cluster.type() == Cluster.Type.ORIGINAL_DST
        ? null
        : new ActiveHealth(cluster, config);
  }

  HealthCheck config() {
    return config;
  }

  /** The state of a new host. Envoy excludes new hosts only where discovery brings them. */
  HealthCheckState initial(Endpoint endpoint) {
    return endpoint.healthCheck().disabled()
        ? HealthCheckState.UNWATCHED
        : HealthCheckState.unchecked(
            cluster.ignoreNewHostsUntilFirstCheck() && cluster.type() != Cluster.Type.STATIC);
  }

  /** Hosts that discovery has removed but that checks still find healthy stay. */
  void update(Map<String, Host> before, Map<String, Host> next) {
    Map<String, Host> stay = new LinkedHashMap<>();
    boolean dynamic =
        cluster.type() == Cluster.Type.EDS || cluster.type() == Cluster.Type.STRICT_DNS;
    if (dynamic && !cluster.ignoreHealthOnHostRemoval()) {
      before.forEach(
          (key, host) -> {
            if (!next.containsKey(key) && isStable(host)) {
              stay.put(key, host);
            }
          });
    }
    leaving = stay;
    next.putAll(stay);
    if (!hasHosts) {
      hasHosts = true;
      next.values().stream().filter(ActiveHealth::isWatched).forEach(awaited::add);
    } else {
      awaited.retainAll(next.values());
    }
    warm = awaited.isEmpty();
  }

  private static boolean isStable(Host host) {
    HealthStatus discovered = host.endpoint().health();
    return isWatched(host)
        && !host.failedActiveHealthCheck()
        && discovered != HealthStatus.UNHEALTHY
        && discovered != HealthStatus.TIMEOUT;
  }

  private static boolean isWatched(Host host) {
    return !host.endpoint().healthCheck().disabled();
  }

  /** A host has been checked. Returns its key if this ends its stay. */
  @Nullable String checked(Host host) {
    awaited.remove(host);
    warm = awaited.isEmpty();
    if (host.failedActiveHealthCheck()) {
      for (Map.Entry<String, Host> one : leaving.entrySet()) {
        if (one.getValue() == host) {
          leaving.remove(one.getKey());
          return one.getKey();
        }
      }
    }
    return null;
  }

  /** What discovery names, and the hosts that stay although it does not name them any more. */
  ClusterLoadAssignment withLeaving(ClusterLoadAssignment named) {
    if (leaving.isEmpty()) {
      return named;
    }
    List<LocalityEndpoints> localities = new ArrayList<>(named.localities());
    for (Host host : leaving.values()) {
      localities.add(
          new LocalityEndpoints(host.locality(), 0, host.priority(), List.of(host.endpoint())));
    }
    return new ClusterLoadAssignment(
        named.clusterName(),
        localities,
        named.overprovisioningFactor(),
        named.dropOverloads(),
        named.weightedPriorityHealth());
  }

  /** Whether the first hosts have all been checked once; Envoy uses a cluster only then. */
  boolean warm() {
    return warm;
  }

  void seeTraffic() {
    if (!traffic) {
      traffic = true;
    }
  }

  boolean hasTraffic() {
    return traffic;
  }
}
