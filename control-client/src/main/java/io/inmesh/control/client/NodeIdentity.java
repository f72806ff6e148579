package io.inmesh.control.client;

import io.inmesh.control.client.wire.WireWriter;
import io.inmesh.engine.PeerMetadata;
import io.inmesh.engine.SidecarIdentity;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Who this workload is to the control plane: a normal {@code sidecar~} node, so that istiod needs
 * no change. Empty texts are unknown and not sent.
 *
 * @param name the workload's name, usually of the pod
 * @param namespace its namespace
 * @param ip its address, as the registry knows it
 * @param domain the DNS domain of the cluster, {@code cluster.local}
 * @param serviceAccount the account of its identity
 * @param labels its labels; {@code app} names the node's cluster
 * @param annotations its annotations
 * @param clusterId the cluster of the registry, {@code Kubernetes}
 * @param network its network
 * @param meshId the mesh, usually the trust domain
 * @param istioVersion the release that the supported-field table covers
 * @param locality {@code region/zone/subzone}, parts from the right may be missing
 * @param extra further metadata of the node, by Istio's names; values are String, Boolean, Number
 *     or Map
 */
public record NodeIdentity(
    String name,
    String namespace,
    String ip,
    String domain,
    String serviceAccount,
    Map<String, String> labels,
    Map<String, String> annotations,
    String clusterId,
    String network,
    String meshId,
    String istioVersion,
    String locality,
    Map<String, Object> extra) {

  public NodeIdentity {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    extra = Map.copyOf(extra);
    required(name, "workload", "name.namespace");
    required(namespace, "workload", "name.namespace");
    required(ip, "ip", "the address that the registry knows");
    required(domain, "domain", "cluster.local");
    Objects.requireNonNull(serviceAccount);
  }

  private static void required(String value, String setting, String example) {
    if (value.isEmpty() || value.indexOf('~') >= 0) {
      throw new IllegalArgumentException(
          "setting " + setting + ": \"" + value + "\" cannot name a node; set it to " + example);
    }
  }

  /** {@code sidecar~ip~name.namespace~namespace.svc.domain}. */
  public String nodeId() {
    return "sidecar~" + ip + "~" + name + "." + namespace + "~" + namespace + ".svc." + domain;
  }

  private String app() {
    String canonical = labels.getOrDefault("service.istio.io/canonical-name", "");
    String app = labels.getOrDefault("app", canonical);
    return app.isEmpty() ? name : app;
  }

  private String workloadName() {
    Object given = extra.get("WORKLOAD_NAME");
    return given == null ? name : given.toString();
  }

  /** The metadata that changes what istiod generates. */
  Map<String, Object> metadata() {
    // First: what the user has set is more than what the pod's environment says of itself.
    Map<String, Object> all = new LinkedHashMap<>(extra);
    all.put("NAME", name);
    all.put("NAMESPACE", namespace);
    put(all, "SERVICE_ACCOUNT", serviceAccount);
    all.put("INSTANCE_IPS", ip);
    all.put("WORKLOAD_NAME", workloadName());
    put(all, "CLUSTER_ID", clusterId);
    put(all, "NETWORK", network);
    put(all, "MESH_ID", meshId);
    put(all, "ISTIO_VERSION", istioVersion);
    all.put("LABELS", labels);
    if (!annotations.isEmpty()) {
      all.put("ANNOTATIONS", annotations);
    }
    all.put("DNS_CAPTURE", "true");
    all.put("PROXY_CONFIG", Map.of());
    return all;
  }

  private static void put(Map<String, Object> into, String key, String value) {
    if (!value.isEmpty()) {
      into.put(key, value);
    }
  }

  /** The node message. */
  WireWriter toWire() {
    WireWriter node =
        new WireWriter()
            .string(1, nodeId())
            .string(2, app() + "." + namespace)
            .message(3, WireWriter.struct(metadata()));
    if (!locality.isEmpty()) {
      String[] parts = locality.split("/", 3);
      WireWriter place = new WireWriter();
      for (int i = 0; i < parts.length; i++) {
        place.string(i + 1, parts[i]);
      }
      node.message(4, place);
    }
    return node.string(6, "inmesh");
  }

  /** What the sidecar's headers say of this workload. */
  public SidecarIdentity sidecar() {
    Map<String, Object> peer = new LinkedHashMap<>();
    peer.put(PeerMetadata.KEPT, true);
    put(peer, "CLUSTER_ID", clusterId);
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("service.istio.io/canonical-name", app());
    shown.put(
        "service.istio.io/canonical-revision",
        labels.getOrDefault(
            "service.istio.io/canonical-revision", labels.getOrDefault("version", "latest")));
    for (String label : new String[] {"app", "version"}) {
      String value = labels.get(label);
      if (value != null) {
        shown.put(label, value);
      }
    }
    peer.put("LABELS", shown);
    peer.put("NAME", name);
    peer.put("NAMESPACE", namespace);
    Object owner = extra.get("OWNER");
    if (owner != null) {
      peer.put("OWNER", owner);
    }
    peer.put("WORKLOAD_NAME", workloadName());
    String metadata = Base64.getEncoder().encodeToString(WireWriter.struct(peer).toBytes());
    return new SidecarIdentity(nodeId(), metadata, ip);
  }
}
