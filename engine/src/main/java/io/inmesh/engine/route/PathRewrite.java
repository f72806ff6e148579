package io.inmesh.engine.route;

import io.inmesh.engine.match.CompiledRegex;

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
}
