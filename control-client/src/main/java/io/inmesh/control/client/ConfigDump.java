package io.inmesh.control.client;

import io.inmesh.control.client.wire.ProtoJson;
import io.inmesh.tls.Identity;
import java.util.Map;
import java.util.Optional;

/**
 * What is in force as envoy.admin.v3 JSON, so that {@code istioctl proxy-config --file} reads it.
 */
final class ConfigDump {
  private static final String ADMIN = "type.googleapis.com/envoy.admin.v3.";

  private final StringBuilder out = new StringBuilder(64 * 1024);
  private final MeshState state;
  private final Optional<Identity> own;

  private ConfigDump(MeshState state, Optional<Identity> own) {
    this.state = state;
    this.own = own;
  }

  /**
   * @param own who the workload is at the moment
   */
  static String json(
      MeshState state,
      NodeIdentity node,
      Map<ResourceType, String> versions,
      Optional<Identity> own,
      boolean endpoints) {
    ConfigDump dump = new ConfigDump(state, own);
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

  /** Names that a sidecar is given by its own agent; the control plane never sends them. */
  private boolean ownSecrets() {
    own.ifPresent(identity -> OwnSecrets.write(out, identity));
    return own.isPresent();
  }

  private void resources(ResourceType type, String list, String field) {
    ResourceStore<?> store = state.store(type);
    ProtoJson json = new ProtoJson(out);
    out.append(",\"").append(list).append("\":[");
    boolean first = type != ResourceType.SECRETS || !ownSecrets();
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
