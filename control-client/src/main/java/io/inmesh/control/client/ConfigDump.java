package io.inmesh.control.client;

import io.inmesh.control.client.wire.ProtoJson;
import java.util.Map;

/**
 * What is in force as envoy.admin.v3 JSON, so that {@code istioctl proxy-config --file} reads it.
 */
final class ConfigDump {
  private static final String ADMIN = "type.googleapis.com/envoy.admin.v3.";

  private final StringBuilder out = new StringBuilder(64 * 1024);
  private final MeshState state;

  private ConfigDump(MeshState state) {
    this.state = state;
  }

  static String json(
      MeshState state, NodeIdentity node, Map<ResourceType, String> versions, boolean endpoints) {
    ConfigDump dump = new ConfigDump(state);
    dump.write(node, versions, endpoints);
    return dump.out.toString();
  }

  private void write(NodeIdentity node, Map<ResourceType, String> versions, boolean endpoints) {
    out.append("{\"configs\":[");
    begin("BootstrapConfigDump");
    out.append(",\"bootstrap\":{\"node\":{\"id\":");
    ProtoJson.quote(out, node.nodeId());
    out.append("}}},");
    begin("ClustersConfigDump");
    version(versions.getOrDefault(ResourceType.CLUSTER, ""));
    resources(ResourceType.CLUSTER, "dynamicActiveClusters", "cluster");
    out.append("},");
    begin("ListenersConfigDump");
    version(versions.getOrDefault(ResourceType.LISTENER, ""));
    resources(ResourceType.LISTENER, "dynamicListeners", "listener");
    out.append("},");
    begin("RoutesConfigDump");
    resources(ResourceType.ROUTES, "dynamicRouteConfigs", "routeConfig");
    out.append("},");
    begin("SecretsConfigDump");
    resources(ResourceType.SECRETS, "dynamicActiveSecrets", "secret");
    out.append('}');
    if (endpoints) {
      out.append(',');
      begin("EndpointsConfigDump");
      resources(ResourceType.ENDPOINTS, "dynamicEndpointConfigs", "endpointConfig");
      out.append('}');
    }
    out.append("]}");
  }

  private void begin(String type) {
    out.append("{\"@type\":");
    ProtoJson.quote(out, ADMIN + type);
  }

  private void version(String version) {
    out.append(",\"versionInfo\":");
    ProtoJson.quote(out, version);
  }

  private void resources(ResourceType type, String list, String field) {
    ResourceStore<?> store = state.store(type);
    ProtoJson json = new ProtoJson(out);
    out.append(",\"").append(list).append("\":[");
    boolean first = true;
    for (Map.Entry<String, ? extends Held<?>> entry : store.byName().entrySet()) {
      out.append(first ? "{" : ",{");
      first = false;
      boolean listener = type == ResourceType.LISTENER;
      if (listener || type == ResourceType.SECRETS) {
        out.append("\"name\":");
        ProtoJson.quote(out, entry.getKey());
        out.append(listener ? ",\"activeState\":{" : ",");
      }
      out.append("\"versionInfo\":");
      ProtoJson.quote(out, entry.getValue().version());
      out.append(",\"").append(field).append("\":");
      json.writeAsAny(store.message(entry.getValue()));
      out.append(listener ? "}}" : "}");
    }
    out.append(']');
  }
}
