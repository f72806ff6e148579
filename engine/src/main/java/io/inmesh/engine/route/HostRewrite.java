package io.inmesh.engine.route;

import io.inmesh.engine.match.CompiledRegex;

/** How Host or :authority is rewritten. */
public sealed interface HostRewrite {
  /** It stays. */
  record None() implements HostRewrite {}

  /** This value. */
  record Literal(String value) implements HostRewrite {}

  /** The first value of a header; absent, nothing changes. */
  record Header(String name) implements HostRewrite {}

  /** The path without query, rewritten. */
  record PathRegex(CompiledRegex regex, String substitution) implements HostRewrite {
    public PathRegex {
      regex.checkSubstitution(substitution);
    }
  }

  /** The host name of the endpoint that an attempt goes to, where it has one. */
  record Auto() implements HostRewrite {}
}
