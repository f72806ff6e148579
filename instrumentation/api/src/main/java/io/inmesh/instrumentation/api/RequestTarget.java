package io.inmesh.instrumentation.api;

import org.jspecify.annotations.Nullable;

/**
 * The target of a request line in its parts, split as handlers of the library split it: nothing is
 * decoded.
 *
 * @param authority of a target in absolute form
 * @param path starts with a slash, unless the target is no path at all
 */
public record RequestTarget(@Nullable String authority, String path, @Nullable String query) {
  /** Of a target as the library has received it. */
  public static RequestTarget of(String target) {
    String authority = null;
    String rest = target;
    int scheme = target.indexOf("://");
    if (scheme > 0 && target.charAt(0) != '/') {
      int end = scheme + 3;
      while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
        end++;
      }
      authority = target.substring(scheme + 3, end);
      rest = target.substring(end);
      if (!rest.startsWith("/")) {
        rest = "/" + rest;
      }
    }
    int fragment = rest.indexOf('#');
    if (fragment >= 0) {
      rest = rest.substring(0, fragment);
    }
    int question = rest.indexOf('?');
    return question < 0
        ? new RequestTarget(authority, rest, null)
        : new RequestTarget(authority, rest.substring(0, question), rest.substring(question + 1));
  }

  /** Both as they stand on the wire. */
  public String pathAndQuery() {
    return query == null ? path : path + "?" + query;
  }
}
