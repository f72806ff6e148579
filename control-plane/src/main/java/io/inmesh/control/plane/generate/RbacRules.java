package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.inmesh.control.plane.model.AuthorizationPolicy;
import io.inmesh.control.plane.model.AuthorizationPolicy.Condition;
import io.inmesh.control.plane.model.AuthorizationPolicy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Policies of one action as Envoy's RBAC rules, for requests or for connections. */
final class RbacRules {
  private static final Policy NEVER =
      Policy.newBuilder()
          .addPermissions(Permission.newBuilder().setNotRule(Permission.newBuilder().setAny(true)))
          .addPrincipals(Principal.newBuilder().setNotId(Principal.newBuilder().setAny(true)))
          .build();

  private final RBAC.Action action;
  private final boolean tcp;
  private final RbacPrincipals principals;

  RbacRules(RBAC.Action action, boolean tcp, TrustDomains trustDomains) {
    this.action = action;
    this.tcp = tcp;
    this.principals = new RbacPrincipals(trustDomains);
  }

  /** The rules with names such as {@code ns[shop]-policy[cart]-rule[0]} between the given ends. */
  RBAC of(List<AuthorizationPolicy> policies, String prefix, String suffix) {
    RBAC.Builder out = RBAC.newBuilder().setAction(action);
    for (AuthorizationPolicy policy : policies) {
      String name =
          prefix
              + "ns["
              + policy.meta().namespace()
              + "]-policy["
              + policy.meta().name()
              + "]-rule[";
      if (policy.rules().isEmpty()) {
        out.putPolicies(name + "0]" + suffix, NEVER);
      }
      for (int i = 0; i < policy.rules().size(); i++) {
        Policy made = policy(policy.rules().get(i));
        if (made != null) {
          out.putPolicies(name + i + "]" + suffix, made);
        }
      }
    }
    return out.build();
  }

  /** Null when the rule asks a connection for what only requests have, and would allow it. */
  private @Nullable Policy policy(Rule rule) {
    if (tcp && action == RBAC.Action.ALLOW && asksForHttp(rule)) {
      return null;
    }
    Policy.Builder out = Policy.newBuilder();
    for (List<Condition> operation : orAny(rule.to())) {
      out.addPermissions(
          RbacPermissions.all(
              known(
                  Stream.concat(
                      operation.stream(),
                      rule.when().stream().filter(when -> when.attribute().ofDestination())))));
    }
    for (List<Condition> source : orAny(rule.from())) {
      out.addPrincipals(
          principals.all(
              known(
                  Stream.concat(
                      source.stream(),
                      rule.when().stream().filter(when -> !when.attribute().ofDestination())))));
    }
    return out.build();
  }

  private static List<List<Condition>> orAny(List<List<Condition>> parts) {
    return parts.isEmpty() ? List.of(List.of()) : parts;
  }

  private List<Condition> known(Stream<Condition> conditions) {
    return conditions.filter(condition -> !tcp || !condition.attribute().httpOnly()).toList();
  }

  private static boolean asksForHttp(Rule rule) {
    List<Condition> all = new ArrayList<>(rule.when());
    rule.from().forEach(all::addAll);
    rule.to().forEach(all::addAll);
    return all.stream().anyMatch(condition -> condition.attribute().httpOnly());
  }
}
