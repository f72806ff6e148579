package io.inmesh.engine.route;

import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.match.CompiledRegex;
import io.inmesh.engine.match.CompiledTemplate;
import io.inmesh.engine.match.PathMatcher;
import java.util.List;

/** How the path is rewritten; the query is kept. */
public sealed interface PathRewrite {
  /** The path stays. */
  record None() implements PathRewrite {}

  /** Replaces what the route matched: its prefix, its exact path, or for a regex all of it. */
  record Prefix(String value) implements PathRewrite {}

  /** Replaces every match in the path; {@code \1} is a group. */
  record Regex(CompiledRegex regex, String substitution) implements PathRewrite {
    public Regex {
      regex.checkSubstitution(substitution);
    }
  }

  /** Puts what the variables of a URI template hold into another path. */
  record Template(CompiledTemplate matched, RewriteTemplate template) implements PathRewrite {
    /**
     * The rewrite that goes with a route.
     *
     * @param matched what the route matches
     * @throws IllegalArgumentException where the text is malformed, or the route matches no
     *     template
     */
    public static Template of(PathMatcher matched, String text) {
      if (matched instanceof PathMatcher.UriTemplate uri) {
        return new Template(uri.template(), RewriteTemplate.parse(text, uri.template()));
      }
      throw new IllegalArgumentException(
          "unable to use envoy.path.rewrite.uri_template.uri_template_rewriter extension without"
              + " envoy.path.match.uri_template.uri_template_matcher extension");
    }
  }

  /**
   * The rewritten path; the same instance where nothing changes.
   *
   * @param matched what the route matched
   * @param path without query
   */
  default String apply(PathMatcher matched, String path) {
    if (this instanceof Prefix prefix) {
      int length = matchedLength(matched, path);
      return length < 0 ? path : prefix.value() + path.substring(length);
    }
    if (this instanceof Regex regex) {
      String rewritten = regex.regex().replaceAll(path, regex.substitution());
      return rewritten.isEmpty() ? path : rewritten;
    }
    if (this instanceof Template template) {
      List<String> values = template.matched().values(path);
      return values == null ? path : template.template().apply(values);
    }
    return path;
  }

  // Where parameters were left out of account the path may not begin with what it matched: then it
  // stays.
  private static int matchedLength(PathMatcher matched, String path) {
    if (matched instanceof PathMatcher.Prefix prefix) {
      return length(path, prefix.value(), prefix.caseSensitive());
    }
    if (matched instanceof PathMatcher.PathSeparatedPrefix prefix) {
      return length(path, prefix.value(), prefix.caseSensitive());
    }
    return matched instanceof PathMatcher.Exact exact
        ? length(path, exact.value(), exact.caseSensitive())
        : path.length();
  }

  private static int length(String path, String start, boolean caseSensitive) {
    boolean starts = caseSensitive ? path.startsWith(start) : Ascii.regionMatches(path, 0, start);
    return starts ? start.length() : -1;
  }
}
