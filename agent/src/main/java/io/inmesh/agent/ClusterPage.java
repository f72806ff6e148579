package io.inmesh.agent;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.CircuitBreakers;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /clusters}: hosts with health and load, in the shape of envoy.admin.v3.Clusters, and as
 * text.
 */
final class ClusterPage {
  private ClusterPage() {}

  static Map<String, Object> toMap(Optional<MeshSnapshot> snapshot) {
    List<Map<String, Object>> statuses = new ArrayList<>();
    for (ClusterState cluster : sorted(snapshot)) {
      List<Map<String, Object>> hosts = new ArrayList<>();
      for (Host host : cluster.hosts()) {
        Map<String, Object> address =
            Map.of(
                "socketAddress",
                Map.of("address", host.endpoint().address(), "portValue", host.endpoint().port()));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("address", address);
        map.put(
            "stats",
            List.of(
                Map.of("type", "GAUGE", "name", "rq_active", "value", "" + host.activeRequests())));
        map.put("healthStatus", health(host));
        map.put("weight", host.endpoint().weight());
        map.put("hostname", host.endpoint().hostname());
        map.put("priority", host.priority());
        hosts.add(map);
      }
      Map<String, Object> status = new LinkedHashMap<>();
      status.put("name", cluster.cluster().name());
      status.put("addedViaApi", true);
      status.put("circuitBreakers", Map.of("thresholds", thresholds(cluster)));
      status.put("hostStatuses", hosts);
      statuses.add(status);
    }
    return Map.of("clusterStatuses", statuses);
  }

  private static List<Map<String, Object>> thresholds(ClusterState cluster) {
    CircuitBreakers breakers = cluster.cluster().circuitBreakers();
    return List.of(thresholds("DEFAULT", breakers.normal()), thresholds("HIGH", breakers.high()));
  }

  private static Map<String, Object> thresholds(String priority, CircuitBreakers.Thresholds of) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("priority", priority);
    map.put("maxConnections", of.maxConnections());
    map.put("maxPendingRequests", of.maxPendingRequests());
    map.put("maxRequests", of.maxRequests());
    map.put("maxRetries", of.maxRetries());
    CircuitBreakers.RetryBudget budget = of.retryBudget();
    if (budget != null) {
      map.put(
          "retryBudget",
          Map.of(
              "budgetPercent",
              Map.of("value", budget.budgetPercent()),
              "minRetryConcurrency",
              budget.minRetryConcurrency()));
    }
    return map;
  }

  private static Map<String, Object> health(Host host) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (host.failedActiveHealthCheck()) {
      map.put("failedActiveHealthCheck", true);
    }
    if (host.isEjected()) {
      map.put("failedOutlierCheck", true);
    }
    map.put("edsHealthStatus", host.endpoint().health().name());
    return map;
  }

  static String toText(Optional<MeshSnapshot> snapshot) {
    StringBuilder out = new StringBuilder();
    for (ClusterState cluster : sorted(snapshot)) {
      out.append(cluster.cluster().name())
          .append(cluster.endpointsKnown() ? "" : "  (endpoints not fetched yet)")
          .append('\n');
      for (Host host : cluster.hosts()) {
        out.append(
            String.format(
                "  %-22s %-9s weight %d priority %d active %d%s%n",
                host.endpoint().socketAddress(),
                host.health(),
                host.endpoint().weight(),
                host.priority(),
                host.activeRequests(),
                host.isEjected() ? " ejected" : ""));
      }
    }
    return out.toString();
  }

  private static List<ClusterState> sorted(Optional<MeshSnapshot> snapshot) {
    List<ClusterState> clusters =
        new ArrayList<>(snapshot.map(MeshSnapshot::clusters).orElse(List.of()));
    clusters.sort(Comparator.comparing(state -> state.cluster().name()));
    return clusters;
  }
}
