package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.Mesh;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;

/** Where the library has a new connection; the mesh hears of those to labelled addresses. */
final class PoolAdvice {
  private final Mesh mesh;
  private final LazyPools pools;

  PoolAdvice(Mesh mesh, LazyPools pools) {
    this.mesh = mesh;
    this.pools = pools;
  }

  /** {@code RealConnectionPool.put(RealConnection)}. */
  @Nullable Object put(Object pool, Connection connection) {
    if (connection.route().address().dns() instanceof LabelDns dns) {
      mesh.opened(dns.target(), new OkPooled(connection, pools));
    }
    return null;
  }
}
