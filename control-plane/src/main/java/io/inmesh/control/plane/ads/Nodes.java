package io.inmesh.control.plane.ads;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.inmesh.control.plane.model.Locality;
import io.inmesh.control.plane.model.ProxyNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the node that a client presents. */
final class Nodes {
  private Nodes() {}

  /**
   * @throws IllegalArgumentException if the id is not {@code TYPE~IP~NAME.NAMESPACE~DOMAIN}
   */
  static ProxyNode read(Node node) {
    String[] parts = node.getId().split("~", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(
          "the node id \"" + node.getId() + "\" is not TYPE~IP~NAME.NAMESPACE~DOMAIN");
    }
    Struct metadata = node.getMetadata();
    int dot = parts[2].lastIndexOf('.');
    String namespace = text(metadata, "NAMESPACE");
    if (namespace.isEmpty()) {
      namespace = dot < 0 ? "default" : parts[2].substring(dot + 1);
    }
    String ips = text(metadata, "INSTANCE_IPS");
    Map<String, String> labels = new LinkedHashMap<>();
    metadata
        .getFieldsOrDefault("LABELS", Value.getDefaultInstance())
        .getStructValue()
        .getFieldsMap()
        .forEach((name, value) -> labels.put(name, value.getStringValue()));
    String domain = parts[3].isEmpty() ? namespace + ".svc.cluster.local" : parts[3];
    String cluster = text(metadata, "CLUSTER_ID");
    return new ProxyNode(
        node.getId(),
        parts[0],
        ips.isEmpty() ? List.of(parts[1]) : List.of(ips.split(",")),
        dot < 0 ? parts[2] : parts[2].substring(0, dot),
        namespace,
        domain,
        labels,
        cluster.isEmpty() ? "Kubernetes" : cluster,
        text(metadata, "MESH_ID"),
        locality(node, labels),
        text(metadata, "DNS_CAPTURE").equals("true"));
  }

  private static Locality locality(Node node, Map<String, String> labels) {
    String label = labels.getOrDefault("istio-locality", "");
    if (!label.isEmpty()) {
      return Locality.parse(label.contains("/") ? label : label.replace('.', '/'));
    }
    return new Locality(
        node.getLocality().getRegion(),
        node.getLocality().getZone(),
        node.getLocality().getSubZone());
  }

  static String text(Struct metadata, String name) {
    Value value = metadata.getFieldsOrDefault(name, Value.getDefaultInstance());
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      default -> value.getStringValue();
    };
  }
}
