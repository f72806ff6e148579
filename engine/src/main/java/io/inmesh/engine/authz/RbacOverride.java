package io.inmesh.engine.authz;

import org.jspecify.annotations.Nullable;

/**
 * What a level of a route table says to a filter of access control.
 *
 * @param filter in place of the filter's own rules; null leaves these
 */
public record RbacOverride(@Nullable RbacFilter filter) {
  /** It does nothing. */
  public static final RbacOverride OFF = new RbacOverride(RbacFilter.OFF);

  /** It acts by its own rules, even where it is disabled. */
  public static final RbacOverride ON = new RbacOverride(null);
}
