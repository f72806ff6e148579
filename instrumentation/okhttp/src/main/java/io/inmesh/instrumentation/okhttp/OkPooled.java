package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.PooledConnection;
import java.lang.ref.WeakReference;
import okhttp3.Connection;

/** A connection in the library's pool, which has it while it is in use too. */
final class OkPooled implements PooledConnection {
  private final WeakReference<Connection> connection;
  private final LazyPools pools;

  OkPooled(Connection connection, LazyPools pools) {
    this.connection = new WeakReference<>(connection);
    this.pools = pools;
  }

  @Override
  public boolean isClosed() {
    Connection current = connection.get();
    return current == null || current.socket().isClosed();
  }

  @Override
  public void closeIfIdle() {
    Connection current = connection.get();
    if (current != null) {
      pools.get().closeIfIdle(current);
    }
  }
}
