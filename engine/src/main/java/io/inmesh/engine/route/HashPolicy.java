package io.inmesh.engine.route;

import io.inmesh.engine.match.CompiledRegex;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a consistent hash is made of; a terminal policy ends the list once a hash exists. */
public sealed interface HashPolicy {
  boolean terminal();

  /** All values of a header, sorted; after a rewrite where one is given. */
  record Header(String name, @Nullable CompiledRegex regex, String substitution, boolean terminal)
      implements HashPolicy {}

  /** A cookie; with a ttl (0 is a session cookie) it is generated where absent. */
  record Cookie(String name, @Nullable Duration ttl, String path, boolean terminal)
      implements HashPolicy {}

  /** The address of the caller, without port. */
  record SourceIp(boolean terminal) implements HashPolicy {}

  /** The first value of a query parameter, not decoded. */
  record QueryParameter(String name, boolean terminal) implements HashPolicy {}
}
