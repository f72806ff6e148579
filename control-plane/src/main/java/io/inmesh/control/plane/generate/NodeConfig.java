package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one node is served from one state of the registry: what its calls need, which it
 * shares with others, and what is its own. Resources are made when they are first asked for. Not
 * thread-safe.
 */
public final class NodeConfig {
  private final NodeScope scope;
  private final Map<ResourceType, Map<String, Resource>> wildcard = new HashMap<>();
  private final OutboundConfig outbound;

  NodeConfig(NodeScope scope, OutboundConfig outbound) {
    this.scope = scope;
    this.outbound = outbound;
  }

  /** All resources of a wildcard type by name, in the order in which they are sent. */
  public Map<String, Resource> all(ResourceType type) {
    Map<String, Resource> found = wildcard.get(type);
    if (found == null) {
      found =
          switch (type) {
            case CDS -> clusters();
            case LDS -> listeners();
            case NDS -> outbound.names();
            default -> throw new IllegalArgumentException(type + " is served by name");
          };
      wildcard.put(type, found);
    }
    return found;
  }

  /** One resource, or null when this node has none of that name. */
  public @Nullable Resource get(ResourceType type, String name) {
    return switch (type) {
      case EDS -> outbound.endpoints(name);
      case RDS -> outbound.routes(name);
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
    outbound.clusters().forEach(cluster -> out.put(cluster.name(), cluster));
    for (Cluster cluster : new ClusterBuilder(scope).inbound()) {
      out.put(cluster.getName(), Resource.of(cluster.getName(), Protos.any(cluster)));
    }
    return out;
  }

  private Map<String, Resource> listeners() {
    // gateways are not generated yet; a sidecar's listeners would open ports on one
    if (!scope.node().type().equals("sidecar")) {
      return Map.of();
    }
    Map<String, Resource> out = new LinkedHashMap<>();
    outbound.listeners().forEach(listener -> out.put(listener.name(), listener));
    Listener inbound = new InboundListener(scope).build();
    out.put(inbound.getName(), Resource.of(inbound.getName(), Protos.any(inbound)));
    return out;
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
