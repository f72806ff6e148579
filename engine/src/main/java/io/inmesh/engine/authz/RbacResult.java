package io.inmesh.engine.authz;

import org.jspecify.annotations.Nullable;

/**
 * What rules say of a request or a connection.
 *
 * @param policy the policy that matched, null where none did
 */
public record RbacResult(boolean allowed, @Nullable String policy) {
  /** Without rules all is allowed. */
  public static final RbacResult ALLOWED = new RbacResult(true, null);

  /** Envoy's details of a denial; white space would break an access log. */
  public String details() {
    StringBuilder id = new StringBuilder(policy == null ? "none" : policy);
    for (int i = 0; i < id.length(); i++) {
      if (" \t\f\u000b\n\r".indexOf(id.charAt(i)) >= 0) {
        id.setCharAt(i, '_');
      }
    }
    return "rbac_access_denied_matched_policy[" + id + "]";
  }

  /** For traces: {@code denied, matched policy a}. */
  public String describe() {
    return (allowed ? "allowed, " : "denied, ")
        + (policy == null ? "no policy matched" : "matched policy " + policy);
  }
}
