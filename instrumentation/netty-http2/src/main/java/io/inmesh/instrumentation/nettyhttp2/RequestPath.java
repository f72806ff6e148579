package io.inmesh.instrumentation.nettyhttp2;

import org.jspecify.annotations.Nullable;

/**
 * What {@code :path} says, split as handlers of the library split it: nothing is decoded.
 *
 * @param path of a target in absolute form, which HTTP/2 does not allow and the library lets
 *     through, what follows the authority
 */
record RequestPath(String path, @Nullable String query) {
  static RequestPath of(String target) {
    String rest = target;
    int scheme = target.indexOf("://");
    if (scheme > 0 && target.charAt(0) != '/') {
      int end = scheme + 3;
      while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
        end++;
      }
      rest = target.startsWith("/", end) ? target.substring(end) : "/" + target.substring(end);
    }
    int fragment = rest.indexOf('#');
    if (fragment >= 0) {
      rest = rest.substring(0, fragment);
    }
    int question = rest.indexOf('?');
    return question < 0
        ? new RequestPath(rest, null)
        : new RequestPath(rest.substring(0, question), rest.substring(question + 1));
  }

  String pathAndQuery() {
    return query == null ? path : path + "?" + query;
  }
}
