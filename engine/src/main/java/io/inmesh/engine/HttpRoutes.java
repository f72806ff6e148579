package io.inmesh.engine;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import org.jspecify.annotations.Nullable;

/**
 * A connection manager with its routes in one snapshot, resolved when the snapshot is built.
 *
 * @param table null where the named table is missing
 * @param ownTls null for calls in clear
 */
record HttpRoutes(
    MeshSnapshot snapshot,
    HttpConnectionManager manager,
    @Nullable RouteTable table,
    @Nullable OwnTls ownTls) {
  /** Of calls in clear. */
  HttpRoutes(MeshSnapshot snapshot, HttpConnectionManager manager, @Nullable RouteTable table) {
    this(snapshot, manager, table, null);
  }

  /** The same for calls that the app makes over TLS. */
  HttpRoutes over(OwnTls tls) {
    return new HttpRoutes(snapshot, manager, table, tls);
  }

  /**
   * The virtual host of a request.
   *
   * @param host what it says as Host
   */
  @Nullable VirtualHost virtualHost(String host) {
    if (ownTls != null) {
      return ownTls.virtualHost();
    }
    return table == null ? null : table.virtualHost(host);
  }

  /**
   * The cluster that a route means, or null where it is missing.
   *
   * @param port that is called
   */
  @Nullable ClusterState cluster(String name, int port) {
    return ownTls == null ? snapshot.cluster(name) : ownTls.ports().at(name, port);
  }
}
