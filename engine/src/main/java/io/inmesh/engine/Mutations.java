package io.inmesh.engine;

import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.HeaderFormat;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.util.ArrayList;
import java.util.List;
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
      apply(weighted.requestHeaders(), headers, context);
    }
    boolean reversed = table.mostSpecificHeaderMutationsWins();
    apply(reversed ? table.requestHeaders() : route.requestHeaders(), headers, context);
    apply(virtualHost.requestHeaders(), headers, context);
    apply(reversed ? route.requestHeaders() : table.requestHeaders(), headers, context);
  }

  static void response(
      HeaderEditor headers,
      HeaderFormat.Context context,
      RouteTable table,
      VirtualHost virtualHost,
      Route route,
      @Nullable WeightedCluster weighted) {
    if (weighted != null) {
      apply(weighted.responseHeaders(), headers, context);
    }
    boolean reversed = table.mostSpecificHeaderMutationsWins();
    apply(reversed ? table.responseHeaders() : route.responseHeaders(), headers, context);
    apply(virtualHost.responseHeaders(), headers, context);
    apply(reversed ? route.responseHeaders() : table.responseHeaders(), headers, context);
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

  // Values are formatted against the headers as they are after the removes; then all overwrites
  // happen, then all appends.
  static void apply(HeaderMutations mutations, HeaderEditor headers, HeaderFormat.Context context) {
    if (mutations.isEmpty()) {
      return;
    }
    for (String name : mutations.removes()) {
      headers.removeHeader(name);
    }
    List<LocalReply.Header> overwrites = new ArrayList<>();
    List<LocalReply.Header> appends = new ArrayList<>();
    for (HeaderMutations.Add add : mutations.adds()) {
      String value = add.value().format(context);
      if (value.isEmpty() && !add.keepEmptyValue()) {
        continue;
      }
      LocalReply.Header header = new LocalReply.Header(add.name(), value);
      boolean exists = headers.header(add.name()) != null;
      switch (add.action()) {
        case APPEND_IF_EXISTS_OR_ADD -> appends.add(header);
        case ADD_IF_ABSENT -> {
          if (!exists) {
            appends.add(header);
          }
        }
        case OVERWRITE_IF_EXISTS_OR_ADD -> overwrites.add(header);
        case OVERWRITE_IF_EXISTS -> {
          if (exists) {
            overwrites.add(header);
          }
        }
      }
    }
    for (LocalReply.Header header : overwrites) {
      headers.setHeader(header.name(), header.value());
    }
    for (LocalReply.Header header : appends) {
      headers.addHeader(header.name(), header.value());
    }
  }
}
