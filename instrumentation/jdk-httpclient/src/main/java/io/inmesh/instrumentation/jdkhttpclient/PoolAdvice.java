package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.Deferred;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.PooledConnection;
import io.inmesh.instrumentation.api.WeaklyPooled;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/** Where the library has a new connection; the mesh hears of those to labelled addresses. */
final class PoolAdvice {
  private final Mesh mesh;
  private final ConnectionInternals connections;
  private final Deferred<PoolInternals> pools;

  PoolAdvice(Mesh mesh, ConnectionInternals connections, MethodHandles.Lookup site) {
    this.mesh = mesh;
    this.connections = connections;
    this.pools = new Deferred<>(() -> new PoolInternals(site));
  }

  /** {@code PlainHttpConnection.finishConnect()}, below TLS too, where it is in no pool. */
  @Nullable Object inClear(Object connection) {
    LabelledHost to = target(connection);
    if (to != null && to.tls().isEmpty()) {
      mesh.opened(to, pooled(connection));
    }
    return null;
  }

  /** {@code AsyncSSLConnection.finishConnect()}. */
  @Nullable Object secured(Object connection) {
    return opened(connection, pooled(connection));
  }

  /** {@code Http2ClientImpl.offerConnection(Http2Connection)}. */
  @Nullable Object shared(Object client, Object http2) {
    return opened(
        connections.transport(http2),
        new WeaklyPooled<>(
            http2,
            shared -> !connections.isOpen(connections.transport(shared)),
            shared -> pools.get().closeHttp2IfIdle(shared)));
  }

  /** Of HTTP/1.1: the library's pool has it between requests. */
  private PooledConnection pooled(Object connection) {
    return new WeaklyPooled<>(
        connection,
        single -> !connections.isOpen(single),
        single -> pools.get().closeIfIdle(single));
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
