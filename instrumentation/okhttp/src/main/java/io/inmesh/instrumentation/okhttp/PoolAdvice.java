package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.Deferred;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.WeaklyPooled;
import java.lang.invoke.MethodHandles;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;

/** Where the library has a new connection; the mesh hears of those to labelled addresses. */
final class PoolAdvice {
  private final Mesh mesh;
  private final Deferred<PoolInternals> pools;

  PoolAdvice(Mesh mesh, MethodHandles.Lookup site) {
    this.mesh = mesh;
    this.pools = new Deferred<>(() -> new PoolInternals(site));
  }

  /**
   * {@code RealConnectionPool.put(RealConnection)}: the pool has a connection while it is in use
   * too.
   */
  @Nullable Object put(Object pool, Connection connection) {
    if (connection.route().address().dns() instanceof LabelDns dns) {
      mesh.opened(
          dns.target(),
          new WeaklyPooled<>(
              connection,
              pooled -> pooled.socket().isClosed(),
              pooled -> pools.get().closeIfIdle(pooled)));
    }
    return null;
  }
}
