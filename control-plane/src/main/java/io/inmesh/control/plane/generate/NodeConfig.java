package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.inmesh.control.plane.model.DestinationRule;
import io.inmesh.control.plane.model.ProxyNode;
import io.inmesh.control.plane.model.Registry;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServiceEntry.Resolution;
import io.inmesh.control.plane.model.ServicePort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one node is served from one state of the registry. Resources are made when they
 * are first asked for. Not thread-safe.
 */
public final class NodeConfig {
  private final NodeScope scope;
  private final Map<ResourceType, Map<String, Resource>> wildcard = new HashMap<>();
  private final Map<String, @Nullable Resource> endpoints = new HashMap<>();
  private final Map<String, @Nullable Resource> routes = new HashMap<>();

  public NodeConfig(ProxyNode node, Registry registry) {
    this.scope = new NodeScope(node, registry);
  }

  /** All resources of a wildcard type by name, in the order in which they are sent. */
  public Map<String, Resource> all(ResourceType type) {
    Map<String, Resource> found = wildcard.get(type);
    if (found == null) {
      found =
          switch (type) {
            case CDS -> clusters();
            case LDS -> listeners();
            case NDS -> names();
            default -> throw new IllegalArgumentException(type + " is served by name");
          };
      wildcard.put(type, found);
    }
    return found;
  }

  /** One resource, or null when this node has none of that name. */
  public @Nullable Resource get(ResourceType type, String name) {
    return switch (type) {
      case EDS -> endpoints.computeIfAbsent(name, this::assignment);
      case RDS -> routes.computeIfAbsent(name, this::routeTable);
      default -> all(type).get(name);
    };
  }

  /** What a client gets that asks for a name which does not exist: an empty resource. */
  public static @Nullable Resource empty(ResourceType type, String name) {
    return switch (type) {
      case EDS ->
          Resource.of(
              name, Protos.any(ClusterLoadAssignment.newBuilder().setClusterName(name).build()));
      case RDS ->
          Resource.of(
              name,
              Protos.any(
                  io.envoyproxy.envoy.config.route.v3.RouteConfiguration.newBuilder()
                      .setName(name)
                      .build()));
      default -> null;
    };
  }

  private Map<String, Resource> clusters() {
    Map<String, Resource> out = new LinkedHashMap<>();
    for (Cluster cluster : new ClusterBuilder(scope).build()) {
      out.put(cluster.getName(), Resource.of(cluster.getName(), Protos.any(cluster)));
    }
    return out;
  }

  private Map<String, Resource> listeners() {
    // gateways are not generated yet; a sidecar's listeners would open ports on one
    if (!scope.node().type().equals("sidecar")) {
      return Map.of();
    }
    List<Listener> listeners = new ArrayList<>(new OutboundListeners(scope).build());
    listeners.add(new InboundListener(scope).build());
    Map<String, Resource> out = new LinkedHashMap<>();
    for (Listener listener : listeners) {
      out.put(listener.getName(), Resource.of(listener.getName(), Protos.any(listener)));
    }
    return out;
  }

  private Map<String, Resource> names() {
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

  /** The names of the route tables that this node's listeners ask for. */
  public List<String> routeNames() {
    List<String> out = new ArrayList<>();
    for (Resource resource : all(ResourceType.LDS).values()) {
      out.addAll(RouteNames.of(resource.body()));
    }
    return out.stream().distinct().sorted().toList();
  }
}
