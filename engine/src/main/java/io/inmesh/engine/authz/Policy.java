package io.inmesh.engine.authz;

import java.util.List;

/** Envoy's {@code Policy}: one of its permissions, and one of its principals. */
public record Policy(List<Permission> permissions, List<Principal> principals) {
  public Policy {
    permissions = List.copyOf(permissions);
    principals = List.copyOf(principals);
    if (permissions.isEmpty()) {
      throw new IllegalArgumentException(
          "Policy.Permissions: value must contain at least 1 item(s)");
    }
    if (principals.isEmpty()) {
      throw new IllegalArgumentException(
          "Policy.Principals: value must contain at least 1 item(s)");
    }
  }

  boolean matches(RbacRequest request) {
    return isWanted(request) && isSent(request);
  }

  private boolean isWanted(RbacRequest request) {
    for (int i = 0; i < permissions.size(); i++) {
      if (permissions.get(i).matches(request)) {
        return true;
      }
    }
    return false;
  }

  private boolean isSent(RbacRequest request) {
    for (int i = 0; i < principals.size(); i++) {
      if (principals.get(i).matches(request)) {
        return true;
      }
    }
    return false;
  }
}
