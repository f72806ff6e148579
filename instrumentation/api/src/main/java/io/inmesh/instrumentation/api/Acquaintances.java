package io.inmesh.instrumentation.api;

import io.inmesh.engine.PeerMetadata;
import io.inmesh.engine.http.ResponseHeadView;

/**
 * Connections of HTTP/1.1 under the mesh's TLS whose other end knows who we are and will keep it:
 * {@link PeerMetadata} need not be sent again. HTTP/2 says a repeated header in a byte anyway, and
 * in clear nobody knows whether the connection ends where the answers come from. Thread-safe.
 *
 * @param <C> a library's connection
 */
public final class Acquaintances<C> {
  private final IdentityMap<C, Boolean> told = new IdentityMap<>(unused -> {});

  /** Whether the peer metadata can be left out on this connection. */
  public boolean isTold(C connection) {
    return told.get(connection) != null;
  }

  /** An answer has come to a request that told who we are, or need not tell. */
  public void answered(C connection, ResponseHeadView head) {
    if (!isTold(connection) && PeerMetadata.isKept(head.header(PeerMetadata.VALUE))) {
      told.put(connection, true);
    }
  }
}
