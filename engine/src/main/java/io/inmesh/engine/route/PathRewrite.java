package io.inmesh.engine.route;

import io.inmesh.engine.match.CompiledRegex;
import io.inmesh.engine.match.PathMatcher;

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

  /**
   * The rewritten path; the same instance where nothing changes.
   *
   * @param matched what the route matched
   * @param path without query
   */
  default String apply(PathMatcher matched, String path) {
    if (this instanceof Prefix prefix) {
      return prefix.value() + path.substring(Math.min(matchedLength(matched, path), path.length()));
    }
    if (this instanceof Regex regex) {
      String rewritten = regex.regex().replaceAll(path, regex.substitution());
      return rewritten.isEmpty() ? path : rewritten;
    }
    return path;
  }

  private static int matchedLength(PathMatcher matched, String path) {
    if (matched instanceof PathMatcher.Prefix prefix) {
      return prefix.value().length();
    }
    if (matched instanceof PathMatcher.PathSeparatedPrefix prefix) {
      return prefix.value().length();
    }
    // Parameters that an exact match leaves out of account stay.
    return matched instanceof PathMatcher.Exact exact ? exact.value().length() : path.length();
  }
}
