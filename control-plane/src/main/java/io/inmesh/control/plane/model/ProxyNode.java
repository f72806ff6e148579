package io.inmesh.control.plane.model;

import java.util.List;
import java.util.Map;

/**
 * The workload behind one ADS client, as its node says.
 *
 * @param id {@code sidecar~IP~NAME.NAMESPACE~DOMAIN}
 * @param dnsDomain such as {@code shop.svc.cluster.local}
 * @param locality empty when the node does not say
 */
public record ProxyNode(
    String id,
    String type,
    List<String> ips,
    String name,
    String namespace,
    String dnsDomain,
    Map<String, String> labels,
    String clusterId,
    String meshId,
    Locality locality,
    boolean dnsCapture) {
  public ProxyNode {
    ips = List.copyOf(ips);
    labels = Map.copyOf(labels);
  }

  /** {@code NAME.NAMESPACE}, as debug endpoints name a proxy. */
  public String proxyId() {
    return name + "." + namespace;
  }
}
