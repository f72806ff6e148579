package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import java.util.List;

/**
 * The head of a copy of a request, to be sent once; its response is discarded.
 *
 * @param cluster whose circuit breakers it meets
 * @param host where it goes; its endpoint may demand TLS
 * @param path with query
 * @param headers without host and without what frames the body
 * @param timeoutNanos 0 is none
 */
public record MirrorRequest(
    ClusterState cluster,
    Host host,
    String method,
    String path,
    String authority,
    List<Header> headers,
    long timeoutNanos) {
  public MirrorRequest {
    headers = List.copyOf(headers);
  }

  /** What its cluster speaks. */
  public Cluster.Protocol protocol() {
    return cluster.cluster().protocol();
  }

  /**
   * It is about to be sent.
   *
   * @return false where the circuit breakers do not admit it; otherwise it must end, once
   */
  public boolean start() {
    // A copy has the default priority, whatever its request has, as in Envoy.
    if (!cluster.resources(false).tryRequest(cluster.hosts().size())) {
      return false;
    }
    host.requestStarted();
    return true;
  }

  /** It was answered, or given up. */
  public void end() {
    host.requestEnded();
    cluster.resources(false).releaseRequest();
  }
}
