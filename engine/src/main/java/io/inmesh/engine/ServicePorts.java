package io.inmesh.engine;

import io.inmesh.engine.cluster.ClusterState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From the cluster of one port of a service to that of another port, same host and subset, by
 * Istio's names: {@code outbound|PORT|SUBSET|HOST}. Immutable; asked without allocation.
 */
final class ServicePorts {
  private static final String OUTBOUND = "outbound|";

  private record PortCluster(int port, ClusterState cluster) {}

  /** By the name of each of its clusters, the clusters of a service's subset. */
  private final Map<String, List<PortCluster>> byName = new HashMap<>();

  ServicePorts(Collection<ClusterState> clusters) {
    Map<String, List<PortCluster>> byRest = new HashMap<>();
    for (ClusterState cluster : clusters) {
      String name = cluster.cluster().name();
      int port = port(name);
      if (port >= 0) {
        List<PortCluster> service =
            byRest.computeIfAbsent(rest(name), unused -> new ArrayList<>(2));
        service.add(new PortCluster(port, cluster));
        byName.put(name, service);
      }
    }
  }

  /** The cluster of the same host and subset at a port, or null where there is none. */
  @Nullable ClusterState at(String name, int port) {
    List<PortCluster> service = byName.get(name);
    for (int i = 0; service != null && i < service.size(); i++) {
      if (service.get(i).port() == port) {
        return service.get(i).cluster();
      }
    }
    return null;
  }

  /** The name that the cluster of the same host and subset has at a port. */
  static String nameAt(String name, int port) {
    return port(name) < 0 ? name : OUTBOUND + port + rest(name);
  }

  /** The port in a name, or -1 where it is not of Istio's form. */
  private static int port(String name) {
    int end = name.startsWith(OUTBOUND) ? name.indexOf('|', OUTBOUND.length()) : -1;
    if (end < 0) {
      return -1;
    }
    try {
      return Integer.parseUnsignedInt(name, OUTBOUND.length(), end, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Subset and host, each behind its bar. */
  private static String rest(String name) {
    return name.substring(name.indexOf('|', OUTBOUND.length()));
  }
}
