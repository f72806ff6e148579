package io.inmesh.instrumentation.api;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.Host;
import io.inmesh.tls.ClientTls;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host as connections to it are made at present: under which name the library's pool keeps them,
 * and what is spoken below the library. Two of equal label are made alike, so a connection of one
 * serves the other.
 *
 * @param label see {@link Label}
 * @param host where to connect
 * @param address its ip and port under the label as host name; of a host that stands for the app's
 *     own destination it means nothing
 * @param tls empty where the bytes go in clear
 * @param meshProtocols whether Istio's own ALPN tokens are offered
 * @param serverName that was taken from the request, or empty
 */
public record LabelledHost(
    String label,
    Host host,
    InetSocketAddress address,
    Optional<ClientTls> tls,
    boolean meshProtocols,
    String serverName) {
  private static final String HTTP1 = "http/1.1";
  private static final String HTTP2 = "h2";

  /**
   * ALPN for a library: what it speaks and the cluster's HTTP options allow. Istio's own tokens
   * come first, by which a sidecar knows mutual TLS of the mesh from that of the app; it answers
   * with the ordinary ones.
   *
   * @param spoken by the library, in its order
   */
  public List<String> protocols(List<String> spoken) {
    List<String> allowed = new ArrayList<>(spoken);
    allowed.removeIf(protocol -> !allows(protocol));
    // A cluster that asks for what the library cannot speak gets what it can.
    List<String> ordinary = allowed.isEmpty() ? spoken : allowed;
    if (!meshProtocols) {
      return ordinary;
    }
    List<String> offered = new ArrayList<>();
    for (String protocol : ordinary) {
      offered.add("istio-" + (protocol.equals(HTTP2) ? "h2" : protocol));
    }
    offered.add("istio");
    offered.addAll(ordinary);
    return offered;
  }

  /** Whether a request to this host may go over HTTP/2. */
  public boolean allowsHttp2() {
    return allows(HTTP2);
  }

  private boolean allows(String protocol) {
    Cluster.Protocol wanted = host.cluster().protocol();
    return switch (wanted) {
      case HTTP1 -> protocol.equals(HTTP1);
      case HTTP2 -> protocol.equals(HTTP2);
      case USE_DOWNSTREAM, AUTO -> true;
    };
  }
}
