package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.PooledConnection;
import org.jspecify.annotations.Nullable;

/** Where the library has a new connection; the mesh hears of those to labelled addresses. */
final class PoolAdvice {
  private final Mesh mesh;
  private final ConnectionInternals connections;
  private final LazyPools pools;

  PoolAdvice(Mesh mesh, ConnectionInternals connections, LazyPools pools) {
    this.mesh = mesh;
    this.connections = connections;
    this.pools = pools;
  }

  /** {@code PlainHttpConnection.finishConnect()}, below TLS too, where it is in no pool. */
  @Nullable Object inClear(Object connection) {
    LabelledHost to = target(connection);
    if (to != null && to.tls().isEmpty()) {
      mesh.opened(to, new Http1Pooled(connection, connections, pools));
    }
    return null;
  }

  /** {@code AsyncSSLConnection.finishConnect()}. */
  @Nullable Object secured(Object connection) {
    return opened(connection, new Http1Pooled(connection, connections, pools));
  }

  /** {@code Http2ClientImpl.offerConnection(Http2Connection)}. */
  @Nullable Object shared(Object client, Object http2) {
    return opened(connections.transport(http2), new Http2Pooled(http2, connections, pools));
  }

  private @Nullable Object opened(Object connection, PooledConnection pooled) {
    LabelledHost to = target(connection);
    if (to != null) {
      mesh.opened(to, pooled);
    }
    return null;
  }

  private @Nullable LabelledHost target(Object connection) {
    return mesh.labelled(connections.address(connection).getHostString());
  }
}
