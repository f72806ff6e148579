package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.inmesh.control.plane.model.DestinationRule;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServiceEntry.Resolution;
import io.inmesh.control.plane.model.ServicePort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of all workloads of one {@link Vantage} need, from one state of the registry.
 * Resources are made when they are first asked for. Thread-safe.
 */
final class OutboundConfig {
  private final NodeScope scope;
  private final Map<String, @Nullable Resource> endpoints = new HashMap<>();
  private final Map<String, @Nullable Resource> routes = new HashMap<>();
  private @Nullable List<Resource> clusters;
  private @Nullable List<Resource> listeners;
  private @Nullable Map<String, Resource> names;

  /**
   * @param scope of any workload of the vantage; nobody else may use it
   */
  OutboundConfig(NodeScope scope) {
    this.scope = scope;
  }

  synchronized List<Resource> clusters() {
    List<Resource> made = clusters;
    if (made == null) {
      made = new ArrayList<>();
      for (Cluster cluster : new ClusterBuilder(scope).outbound()) {
        made.add(Resource.of(cluster.getName(), Protos.any(cluster)));
      }
      clusters = made;
    }
    return made;
  }

  synchronized List<Resource> listeners() {
    List<Resource> made = listeners;
    if (made == null) {
      made = new ArrayList<>();
      for (Listener listener : new OutboundListeners(scope).build()) {
        made.add(Resource.of(listener.getName(), Protos.any(listener)));
      }
      listeners = made;
    }
    return made;
  }

  synchronized Map<String, Resource> names() {
    Map<String, Resource> made = names;
    if (made == null) {
      made = nameTable();
      names = made;
    }
    return made;
  }

  /** A route table, or null where there is none of that name. */
  synchronized @Nullable Resource routes(String name) {
    return routes.computeIfAbsent(name, this::routeTable);
  }

  /** The endpoints of a cluster, or null where there is none of that name. */
  synchronized @Nullable Resource endpoints(String name) {
    return endpoints.computeIfAbsent(name, this::assignment);
  }

  private Map<String, Resource> nameTable() {
    if (!scope.node().dnsCapture()) {
      return Map.of();
    }
    Map<String, List<String>> hosts = new TreeMap<>();
    for (Service service : scope.services()) {
      if (!service.vips().isEmpty()) {
        hosts.put(service.host(), service.vips());
      }
    }
    return Map.of("", Resource.of("", IstioMessages.nameTable(hosts)));
  }

  private @Nullable Resource routeTable(String name) {
    if (name.matches("\\d{1,5}") && scope.httpServices(Integer.parseInt(name)).isEmpty()) {
      return null;
    }
    var table = new RouteTables(scope).build(name);
    return table.getVirtualHostsCount() == 0 ? null : Resource.of(name, Protos.any(table));
  }

  private @Nullable Resource assignment(String name) {
    String[] parts = name.split("\\|", -1);
    if (parts.length != 4 || !parts[0].equals("outbound") || !parts[1].matches("\\d{1,5}")) {
      return null;
    }
    Service service = scope.service(parts[3]);
    int number = Integer.parseInt(parts[1]);
    ServicePort port = service == null ? null : service.port(number);
    if (service == null || port == null || service.resolution() != Resolution.STATIC) {
      return null;
    }
    Map<String, String> labels = Map.of();
    if (!parts[2].isEmpty()) {
      DestinationRule rule = scope.rule(service);
      DestinationRule.Subset subset =
          rule == null
              ? null
              : rule.subsets().stream()
                  .filter(s -> s.name().equals(parts[2]))
                  .findFirst()
                  .orElse(null);
      if (subset == null) {
        return null;
      }
      labels = subset.labels();
    }
    return Resource.of(
        name,
        Protos.any(
            new EndpointBuilder(scope)
                .build(name, service, port, labels, scope.policy(service, number, parts[2]))));
  }
}
