package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.PooledConnection;
import java.lang.ref.WeakReference;

/** A connection of HTTP/2, which requests share. */
final class Http2Pooled implements PooledConnection {
  private final WeakReference<Object> connection;
  private final ConnectionInternals connections;
  private final LazyPools pools;

  /**
   * @param connection the library's {@code Http2Connection}
   */
  Http2Pooled(Object connection, ConnectionInternals connections, LazyPools pools) {
    this.connection = new WeakReference<>(connection);
    this.connections = connections;
    this.pools = pools;
  }

  @Override
  public boolean isClosed() {
    Object current = connection.get();
    return current == null || !connections.isOpen(connections.transport(current));
  }

  @Override
  public void closeIfIdle() {
    Object current = connection.get();
    if (current != null) {
      pools.get().closeHttp2IfIdle(current);
    }
  }
}
