package io.inmesh.engine.cluster;

import io.inmesh.engine.match.MetadataMatch;
import java.util.Map;

/**
 * One endpoint as configured.
 *
 * @param address an ip literal, a name in DNS clusters, or {@code unix:} and a path
 * @param port 1 to 65535; 0 with a unix path
 * @param hostname the name of the endpoint, or empty
 * @param weight 1 to 2^32-1
 * @param transportLabels labels that choose the transport socket, {@code tlsMode=istio}
 * @param workload Istio's {@code name;namespace;canonical;revision;cluster}, or empty
 * @param healthCheck where its active health checks go
 * @param lbMetadata its {@code envoy.lb} metadata, values as in {@link MetadataMatch}
 */
public record Endpoint(
    String address,
    int port,
    String hostname,
    HealthStatus health,
    long weight,
    Map<String, String> transportLabels,
    String workload,
    HealthCheckTarget healthCheck,
    Map<String, Object> lbMetadata) {
  /** Stands for the address that the app itself connects to. */
  static final Endpoint ORIGINAL_DESTINATION = new Endpoint("0.0.0.0", 0);

  public Endpoint {
    transportLabels = Map.copyOf(transportLabels);
    lbMetadata = Map.copyOf(lbMetadata);
    if (address.isEmpty()) {
      throw new IllegalArgumentException("SocketAddress.address: value length must be at least 1");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "SocketAddress.port_value: value must be less than or equal to 65535: " + port);
    }
    if (weight < 1 || weight > 0xffffffffL) {
      throw new IllegalArgumentException(
          "LbEndpoint.load_balancing_weight: value must be greater than or equal to 1: " + weight);
    }
  }

  public Endpoint(
      String address,
      int port,
      String hostname,
      HealthStatus health,
      long weight,
      Map<String, String> transportLabels,
      String workload) {
    this(
        address,
        port,
        hostname,
        health,
        weight,
        transportLabels,
        workload,
        HealthCheckTarget.SAME,
        Map.of());
  }

  public Endpoint(String address, int port) {
    this(address, port, "", HealthStatus.UNKNOWN, 1, Map.of(), "");
  }

  /** The same endpoint at an address that its name has in DNS. */
  Endpoint at(String newAddress, String newHostname) {
    return new Endpoint(
        newAddress,
        port,
        newHostname,
        health,
        weight,
        transportLabels,
        workload,
        healthCheck,
        lbMetadata);
  }

  /** Whether Istio knows a workload here: it has said which, or that it takes the mesh's TLS. */
  public boolean isWorkload() {
    return (!workload.isEmpty() && workload.charAt(0) != ';') || takesMeshTls();
  }

  /** Whether Istio tells its callers that it takes the mesh's TLS. */
  public boolean takesMeshTls() {
    return "istio".equals(transportLabels.get("tlsMode"));
  }

  /** Address and port as one text; IPv6 in brackets. */
  public String socketAddress() {
    return address.indexOf(':') >= 0 && !address.startsWith("unix:")
        ? "[" + address + "]:" + port
        : address + ":" + port;
  }
}
