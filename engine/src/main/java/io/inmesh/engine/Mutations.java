package io.inmesh.engine;

import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.HeaderFormat;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import org.jspecify.annotations.Nullable;

/**
 * Header mutations of all levels in Envoy's order: the weighted cluster's, then the route's, the
 * virtual host's and the table's, or these three reversed.
 */
final class Mutations {
  private Mutations() {}

  static void request(
      HeaderEditor headers,
      HeaderFormat.Context context,
      RouteTable table,
      VirtualHost virtualHost,
      Route route,
      @Nullable WeightedCluster weighted) {
    if (weighted != null) {
      weighted.requestHeaders().apply(headers, context);
    }
    boolean reversed = table.mostSpecificHeaderMutationsWins();
    (reversed ? table.requestHeaders() : route.requestHeaders()).apply(headers, context);
    virtualHost.requestHeaders().apply(headers, context);
    (reversed ? route.requestHeaders() : table.requestHeaders()).apply(headers, context);
  }

  static void response(
      HeaderEditor headers,
      HeaderFormat.Context context,
      RouteTable table,
      VirtualHost virtualHost,
      Route route,
      @Nullable WeightedCluster weighted) {
    if (weighted != null) {
      weighted.responseHeaders().apply(headers, context);
    }
    boolean reversed = table.mostSpecificHeaderMutationsWins();
    (reversed ? table.responseHeaders() : route.responseHeaders()).apply(headers, context);
    virtualHost.responseHeaders().apply(headers, context);
    (reversed ? route.responseHeaders() : table.responseHeaders()).apply(headers, context);
  }

  /** The same before any cluster was chosen. */
  static LocalReply ofResponse(
      MeshSnapshot snapshot,
      RouteTable table,
      VirtualHost virtualHost,
      Route route,
      @Nullable WeightedCluster weighted,
      RequestHead head,
      LocalReply reply) {
    RequestFormat context = new RequestFormat(snapshot, route, head);
    return ofResponse(context, table, virtualHost, route, weighted, reply);
  }

  /**
   * A local reply with the response mutations of its route; the reply itself where there are none.
   *
   * @param context what is known of the request
   */
  static LocalReply ofResponse(
      RequestFormat context,
      RouteTable table,
      VirtualHost virtualHost,
      Route route,
      @Nullable WeightedCluster weighted,
      LocalReply reply) {
    boolean none =
        route.responseHeaders().isEmpty()
            && virtualHost.responseHeaders().isEmpty()
            && table.responseHeaders().isEmpty()
            && (weighted == null || weighted.responseHeaders().isEmpty());
    if (none) {
      return reply;
    }
    ReplyHeaders headers = new ReplyHeaders(reply.headers());
    context.response(0, headers::header, reply.flagText(), reply.details());
    response(headers, context, table, virtualHost, route, weighted);
    return reply.withHeaders(headers.list());
  }
}
