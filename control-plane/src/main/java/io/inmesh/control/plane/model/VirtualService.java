package io.inmesh.control.plane.model;

import java.util.List;

/** Istio's VirtualService; without hosts it is a delegate. Hosts are fully qualified. */
public record VirtualService(
    Meta meta,
    List<String> hosts,
    List<String> gateways,
    List<String> exportTo,
    List<HttpRoute> http,
    List<L4Route> tls,
    List<L4Route> tcp)
    implements Resource {

  public VirtualService {
    hosts = List.copyOf(hosts);
    gateways = List.copyOf(gateways);
    exportTo = List.copyOf(exportTo);
    http = List.copyOf(http);
    tls = List.copyOf(tls);
    tcp = List.copyOf(tcp);
  }

  /** Whether sidecars obey it: no gateways at all means the mesh. */
  public boolean appliesToMesh() {
    return gateways.isEmpty() || gateways.contains(HttpMatch.MESH);
  }
}
