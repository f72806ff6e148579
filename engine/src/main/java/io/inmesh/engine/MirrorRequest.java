package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.Host;
import java.util.List;

/**
 * The head of a copy of a request, to be sent once; its response is discarded.
 *
 * @param host where it goes; its endpoint may demand TLS
 * @param protocol what its cluster speaks
 * @param path with query
 * @param headers without host and without what frames the body
 * @param timeoutNanos 0 is none
 */
public record MirrorRequest(
    Host host,
    Cluster.Protocol protocol,
    String method,
    String path,
    String authority,
    List<Header> headers,
    long timeoutNanos) {
  public MirrorRequest {
    headers = List.copyOf(headers);
  }
}
