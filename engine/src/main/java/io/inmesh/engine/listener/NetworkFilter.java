package io.inmesh.engine.listener;

import io.inmesh.engine.authz.RbacFilter;
import io.inmesh.engine.authz.RbacStats;

/** One of the filters of a chain before its last, with what it does to a connection. */
public sealed interface NetworkFilter {
  /** Closes connections that its rules deny, at their first byte. */
  record Rbac(String name, RbacFilter filter, RbacStats stats) implements NetworkFilter {
    /** A filter that has counted nothing yet. */
    public Rbac(String name, RbacFilter filter) {
      this(name, filter, new RbacStats());
    }
  }
}
