package io.inmesh.control.plane.model;

import java.util.Map;

/**
 * The spec of a WorkloadEntry, which is also an endpoint written in a ServiceEntry.
 *
 * @param ports target ports by the name of the service port
 * @param weight relative load, 0 when not given (counts as 1)
 * @param serviceAccount empty when not given
 * @param address an IP literal, or a host name for DNS resolution; empty when not given
 */
public record WorkloadSpec(
    String address,
    Map<String, Integer> ports,
    Map<String, String> labels,
    String network,
    Locality locality,
    int weight,
    String serviceAccount) {

  private static final String TLS_MODE_LABEL = "security.istio.io/tlsMode";

  public WorkloadSpec {
    ports = Map.copyOf(ports);
    labels = Map.copyOf(labels);
  }

  /** The port that this workload serves for a service port. */
  public int targetPort(ServicePort port) {
    Integer own = ports.get(port.name());
    if (own != null) {
      return own;
    }
    return port.targetPort() == 0 ? port.number() : port.targetPort();
  }

  /** Whether peers speak Istio's mutual TLS to it: the label decides, else the service account. */
  public boolean speaksMutualTls() {
    String label = labels.get(TLS_MODE_LABEL);
    return label == null ? !serviceAccount.isEmpty() : label.equals("istio");
  }
}
