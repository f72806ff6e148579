package io.inmesh.engine.authz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Envoy's {@code RBAC} rules: an action and policies, asked in the order of their names; the first
 * that matches counts. Immutable.
 */
public final class Rbac {
  /** What it means that a policy matches. */
  public enum Action {
    /** The request is allowed; without a match it is not. */
    ALLOW,
    /** The request is denied; without a match it is not. */
    DENY,
    /** It is only told; the request is allowed in either case. */
    LOG
  }

  private final Action action;
  private final List<Named> policies = new ArrayList<>();
  private final RbacResult unmatched;

  private record Named(Policy policy, RbacResult result) {}

  /**
   * @param policies by name, in any order
   */
  public Rbac(Action action, Map<String, Policy> policies) {
    this.action = action;
    new TreeMap<>(policies)
        .forEach(
            (name, policy) ->
                this.policies.add(new Named(policy, new RbacResult(action != Action.DENY, name))));
    unmatched = new RbacResult(action != Action.ALLOW, null);
  }

  public Action action() {
    return action;
  }

  /** What the rules say of a request. No allocation. */
  public RbacResult evaluate(RbacRequest request) {
    for (int i = 0; i < policies.size(); i++) {
      if (policies.get(i).policy.matches(request)) {
        return policies.get(i).result;
      }
    }
    return unmatched;
  }
}
