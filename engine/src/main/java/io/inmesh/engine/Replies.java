package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Cause;
import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The answers that routing itself gives. */
final class Replies {
  private Replies() {}

  /** An empty answer outside of any route. */
  static LocalReply plain(
      RequestHead head, int status, @Nullable ResponseFlag flag, String details) {
    Set<ResponseFlag> flags = flag == null ? Set.of() : Set.of(flag);
    return LocalReply.of(head, status, "", List.of(), flags, details, Cause.NONE, null);
  }

  static LocalReply endpointsUnknown(RequestHead head, String cluster) {
    return LocalReply.of(
        head,
        503,
        "no healthy upstream",
        ResponseFlag.UH,
        "no_healthy_upstream{endpoints_of_" + cluster + "_are_not_known}",
        Cause.CONNECT);
  }

  static LocalReply addressUnknown(RequestHead head, String host) {
    return LocalReply.of(
        head,
        503,
        "no healthy upstream",
        ResponseFlag.UH,
        "no_healthy_upstream{the_address_of_" + host + "_is_not_known}",
        Cause.CONNECT);
  }

  static LocalReply noTlsCluster(RequestHead head, int status, String cluster) {
    return LocalReply.of(
        head,
        status,
        "the call is https, and where its route leads there is no cluster " + cluster,
        ResponseFlag.NC,
        "cluster_not_found{" + cluster + "}",
        Cause.NONE);
  }

  static LocalReply normalizedRedirect(RequestHead head, String path) {
    List<Header> location = List.of(new Header("location", withQuery(path, head.query())));
    return LocalReply.of(
        head, 307, "", location, Set.of(), "path_normalization_failed", Cause.NONE, null);
  }

  static LocalReply httpsRedirect(RequestHead head, String path) {
    String target = "https://" + head.authority() + withQuery(path, head.query());
    return LocalReply.of(
        head,
        301,
        "",
        List.of(new Header("location", target)),
        Set.of(),
        "direct_response",
        Cause.NONE,
        null);
  }

  /** What a redirect, a direct response or an unsupported route answers. */
  static LocalReply ofRoute(
      MeshSnapshot snapshot,
      RouteTable table,
      VirtualHost virtualHost,
      Route route,
      RequestHead head,
      String path) {
    LocalReply reply;
    RequestHead seen = head;
    if (route.action() instanceof RouteAction.Redirect redirect) {
      String location = Redirects.location(redirect, route.match().path(), head, path);
      if (redirect.path() == null) {
        seen =
            NormalizedHead.of(head, redirect.pathRewrite().apply(route.match().path(), path), null);
      }
      reply =
          LocalReply.of(
              head,
              redirect.status(),
              "",
              List.of(new Header("location", location)),
              Set.of(),
              "direct_response",
              Cause.NONE,
              null);
    } else if (route.action() instanceof RouteAction.DirectResponse direct) {
      reply =
          LocalReply.of(
              head,
              direct.status(),
              direct.body(),
              isLocated(direct.status())
                  ? List.of(new Header("location", Redirects.self(head, path)))
                  : List.of(),
              Set.of(),
              "direct_response",
              Cause.NONE,
              null);
    } else {
      String field = ((RouteAction.Unsupported) route.action()).fieldPath();
      return plain(head, 500, null, "unsupported{" + field + "}");
    }
    return Mutations.ofResponse(snapshot, table, virtualHost, route, null, seen, reply);
  }

  private static boolean isLocated(int status) {
    return status == 201 || status / 100 == 3;
  }

  static String withQuery(String path, @Nullable String query) {
    return query == null ? path : path + '?' + query;
  }
}
