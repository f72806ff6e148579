package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterLoadAssignment.DropOverload;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthStatus;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints. A refused endpoint is left out; what is refused above the endpoints leaves the cluster
 * without hosts.
 */
public final class EndpointDecoder implements ResourceDecoder<ClusterLoadAssignment> {
  private static final String SOCKET_MATCH = "envoy.transport_socket_match";

  private final FieldTable table;
  private final Interner interner;

  public EndpointDecoder(FieldTable table, Interner interner) {
    this.table = table;
    this.interner = interner;
  }

  @Override
  public Decoded<ClusterLoadAssignment> decode(String name, WireMessage message) {
    Containment containment = new Containment(table, message);
    String cluster = message.string("cluster_name");
    if (!cluster.equals(name)) {
      throw new IllegalArgumentException(
          "Unexpected EDS cluster (expecting " + name + "): " + cluster);
    }
    return new Decoded<>(assignment(message, containment, ""), containment.findings());
  }

  /** A load assignment that stands at {@code path} of a resource. */
  ClusterLoadAssignment assignment(WireMessage message, Containment containment, String path) {
    String prefix = path.isEmpty() ? "" : path + ".";
    List<LocalityEndpoints> localities = new ArrayList<>();
    boolean refused = containment.belowExcept(path, "endpoints") != null;
    int index = 0;
    for (WireMessage group : message.messages("endpoints")) {
      String at = prefix + "endpoints[" + index++ + "]";
      refused |= containment.belowExcept(at, "lb_endpoints") != null;
      List<Endpoint> endpoints = new ArrayList<>();
      int number = 0;
      for (WireMessage endpoint : group.messages("lb_endpoints")) {
        if (containment.below(at + ".lb_endpoints[" + number++ + "]") == null) {
          endpoints.add(endpoint(endpoint));
        }
      }
      localities.add(
          new LocalityEndpoints(
              locality(group.message("locality")),
              group.wrappedNumber("load_balancing_weight", 0),
              (int) group.number("priority"),
              endpoints));
    }
    WireMessage policy = message.messageOrEmpty("policy");
    List<DropOverload> drops = new ArrayList<>();
    for (WireMessage drop : policy.messages("drop_overloads")) {
      drops.add(
          new DropOverload(
              interner.of(drop.string("category")),
              Matchers.exactFraction(drop.messageOrEmpty("drop_percentage"))));
    }
    return new ClusterLoadAssignment(
        interner.of(message.string("cluster_name")),
        refused ? List.of() : localities,
        (int)
            policy.wrappedNumber(
                "overprovisioning_factor", ClusterLoadAssignment.DEFAULT_OVERPROVISIONING),
        drops,
        policy.bool("weighted_priority_health"));
  }

  private Locality locality(@Nullable WireMessage locality) {
    if (locality == null) {
      return Locality.UNKNOWN;
    }
    String region = locality.string("region");
    String zone = locality.string("zone");
    String subZone = locality.string("sub_zone");
    String content = "locality " + region + '\0' + zone + '\0' + subZone;
    return interner.find(content) instanceof Locality known
        ? known
        : interner.keep(content, new Locality(region, zone, subZone));
  }

  private Endpoint endpoint(WireMessage message) {
    WireMessage endpoint = message.messageOrEmpty("endpoint");
    WireMessage address = endpoint.messageOrEmpty("address").messageOrEmpty("socket_address");
    Map<String, WireMessage> metadata =
        message.has("metadata")
            ? message.messageOrEmpty("metadata").map("filter_metadata")
            : Map.of();
    WireMessage labels = metadata.get(SOCKET_MATCH);
    WireMessage istio = metadata.get("istio");
    WireMessage lb = metadata.get(Structs.LB);
    return new Endpoint(
        interner.of(address.string("address")),
        (int) address.number("port_value"),
        interner.of(endpoint.string("hostname")),
        health(message.enumName("health_status")),
        message.wrappedNumber("load_balancing_weight", 1),
        labels == null ? Map.of() : Structs.texts(labels, interner),
        istio == null ? "" : interner.of(Structs.text(istio, "workload")),
        HealthChecks.target(endpoint, interner),
        lb == null ? Map.of() : Structs.values(lb));
  }

  private static HealthStatus health(String name) {
    return switch (name) {
      case "HEALTHY" -> HealthStatus.HEALTHY;
      case "UNHEALTHY" -> HealthStatus.UNHEALTHY;
      case "DRAINING" -> HealthStatus.DRAINING;
      case "TIMEOUT" -> HealthStatus.TIMEOUT;
      case "DEGRADED" -> HealthStatus.DEGRADED;
      default -> HealthStatus.UNKNOWN;
    };
  }
}
