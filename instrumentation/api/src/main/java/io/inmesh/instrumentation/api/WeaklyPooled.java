package io.inmesh.instrumentation.api;

import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A pooled connection by the library's own object, which it keeps from no collector.
 *
 * @param <C> the library's type
 */
public final class WeaklyPooled<C> implements PooledConnection {
  private final WeakReference<C> connection;
  private final Predicate<C> closed;
  private final Consumer<C> closer;

  /**
   * @param closed whether a connection has ended
   * @param closer ends one that no request has
   */
  public WeaklyPooled(C connection, Predicate<C> closed, Consumer<C> closer) {
    this.connection = new WeakReference<>(connection);
    this.closed = closed;
    this.closer = closer;
  }

  @Override
  public boolean isClosed() {
    C current = connection.get();
    return current == null || closed.test(current);
  }

  @Override
  public void closeIfIdle() {
    C current = connection.get();
    if (current != null) {
      closer.accept(current);
    }
  }
}
