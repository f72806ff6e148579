package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.inmesh.control.plane.model.AuthorizationPolicy;
import io.inmesh.control.plane.model.AuthorizationPolicy.Action;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** AUDIT, DENY and ALLOW policies: one RBAC filter for each action that there is, in this order. */
final class Authorization {
  private final List<AuthorizationPolicy> policies;
  private final TrustDomains trustDomains;

  Authorization(NodeScope scope) {
    this.policies = scope.authorizationPolicies();
    this.trustDomains = scope.trustDomains();
  }

  List<HttpFilter> http() {
    return each(false).stream()
        .map(rules -> RbacFilters.http(rules.enforced, rules.shadow, rules.shadowPrefix()))
        .toList();
  }

  List<Filter> tcp() {
    return each(true).stream()
        .map(rules -> RbacFilters.tcp(rules.enforced, rules.shadow, rules.shadowPrefix()))
        .toList();
  }

  /** What one filter enforces, and what it only evaluates. */
  private record Rules(@Nullable RBAC enforced, @Nullable RBAC shadow) {
    /** Without dry runs it is the one of ALLOW, as in istiod. */
    String shadowPrefix() {
      RBAC.Action action = shadow == null ? RBAC.Action.ALLOW : shadow.getAction();
      return switch (action) {
        case ALLOW -> "istio_dry_run_allow_";
        case DENY -> "istio_dry_run_deny_";
        default -> "";
      };
    }
  }

  private List<Rules> each(boolean tcp) {
    List<Rules> out = new ArrayList<>();
    add(out, Action.AUDIT, RBAC.Action.LOG, tcp);
    add(out, Action.DENY, RBAC.Action.DENY, tcp);
    add(out, Action.ALLOW, RBAC.Action.ALLOW, tcp);
    return out;
  }

  private void add(List<Rules> out, Action action, RBAC.Action envoys, boolean tcp) {
    RbacRules rules = new RbacRules(envoys, tcp, trustDomains);
    RBAC enforced = rules(rules, action, false);
    RBAC shadow = rules(rules, action, true);
    if (enforced != null || shadow != null) {
      out.add(new Rules(enforced, shadow));
    }
  }

  private @Nullable RBAC rules(RbacRules rules, Action action, boolean dryRun) {
    List<AuthorizationPolicy> found =
        policies.stream().filter(p -> p.action() == action && p.dryRun() == dryRun).toList();
    return found.isEmpty() ? null : rules.of(found, "", "");
  }
}
