package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.route.RouteAction.Redirect;
import org.jspecify.annotations.Nullable;

/** The target of a redirect. */
final class Redirects {
  private Redirects() {}

  static String location(Redirect redirect, PathMatcher matched, RequestHead head, String path) {
    String scheme = redirect.scheme() == null ? scheme(head) : redirect.scheme();
    String host = redirect.host();
    if (host == null) {
      host = keptHost(redirect, head, scheme);
    }
    String port = redirect.port() == 0 ? "" : ":" + redirect.port();
    return scheme + "://" + host + port + target(redirect, matched, path, head.query());
  }

  /** Where a direct response that creates something, or redirects by itself, points: here. */
  static String self(RequestHead head, String path) {
    return scheme(head) + "://" + head.authority() + Replies.withQuery(path, head.query());
  }

  // What came before knows the scheme better than this hop.
  private static String scheme(RequestHead head) {
    String forwarded = head.header("x-forwarded-proto");
    return forwarded != null && (forwarded.equals("http") || forwarded.equals("https"))
        ? forwarded
        : head.scheme();
  }

  // The port of the request falls away where a new one is given, or where the scheme changes and
  // the port was the default of the old one.
  private static String keptHost(Redirect redirect, RequestHead head, String scheme) {
    String authority = head.authority();
    int colon = authority.lastIndexOf(':');
    if (colon < 0 || authority.indexOf(']', colon) >= 0) {
      return authority;
    }
    String before = scheme(head);
    String port = authority.substring(colon);
    boolean defaultPort =
        (before.equals("https") && port.equals(":443"))
            || (before.equals("http") && port.equals(":80"));
    boolean remove = redirect.port() != 0 || (!scheme.equals(before) && defaultPort);
    return remove ? authority.substring(0, colon) : authority;
  }

  private static String target(
      Redirect redirect, PathMatcher matched, String path, @Nullable String query) {
    String target = redirect.path();
    boolean ownQuery = target != null && target.indexOf('?') >= 0;
    if (target == null) {
      target = redirect.pathRewrite().apply(matched, path);
    }
    if (!target.startsWith("/")) {
      target = "/" + target;
    }
    return ownQuery || redirect.stripQuery() ? target : Replies.withQuery(target, query);
  }
}
