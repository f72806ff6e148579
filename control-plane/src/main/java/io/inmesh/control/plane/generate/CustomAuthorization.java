package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.inmesh.control.plane.model.AuthorizationPolicy;
import io.inmesh.control.plane.model.AuthorizationPolicy.Action;
import io.inmesh.control.plane.model.ExternalAuthorizer;
import io.inmesh.control.plane.model.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CUSTOM policies: an RBAC filter that enforces nothing says which policy matches, and the filter
 * behind it asks the authorizer if one does.
 */
final class CustomAuthorization {
  private static final String SHADOW_PREFIX = "istio_ext_authz_";
  private static final String POLICY_PREFIX = "istio-ext-authz-";
  private static final String REFUSED = "-deny-due-to-bad-CUSTOM-action";

  private final List<AuthorizationPolicy> policies;
  private final TrustDomains trustDomains;
  private final @Nullable ExternalAuthorizer authorizer;
  private final @Nullable Service service;

  CustomAuthorization(NodeScope scope) {
    // a dry run has nothing to ask the authorizer for
    this.policies =
        scope.authorizationPolicies().stream()
            .filter(policy -> policy.action() == Action.CUSTOM && !policy.dryRun())
            .toList();
    this.trustDomains = scope.trustDomains();
    List<String> names = policies.stream().map(AuthorizationPolicy::provider).distinct().toList();
    this.authorizer = names.size() == 1 ? scope.mesh().authorizers().get(names.get(0)) : null;
    this.service = authorizer == null ? null : scope.serviceNamed(authorizer.service());
  }

  List<HttpFilter> http() {
    if (policies.isEmpty()) {
      return List.of();
    }
    if (authorizer == null || service == null) {
      // nobody to ask: what the policies match is refused, as in istiod
      return List.of(RbacFilters.http(rules(false, REFUSED), null, ""));
    }
    return List.of(
        RbacFilters.http(null, rules(false, ""), SHADOW_PREFIX),
        Filters.http(
            "envoy.filters.http.ext_authz",
            Protos.any(new ExtAuthz(authorizer, service.host()).http())));
  }

  List<Filter> tcp() {
    if (policies.isEmpty()) {
      return List.of();
    }
    if (authorizer == null || service == null) {
      return List.of(RbacFilters.tcp(rules(true, REFUSED), null, ""));
    }
    // an authorizer that speaks HTTP cannot be asked about connections
    return authorizer.http() != null
        ? List.of()
        : List.of(
            RbacFilters.tcp(null, rules(true, ""), SHADOW_PREFIX),
            Filters.network(
                "envoy.filters.network.ext_authz",
                Protos.any(new ExtAuthz(authorizer, service.host()).tcp())));
  }

  private RBAC rules(boolean tcp, String suffix) {
    return new RbacRules(RBAC.Action.DENY, tcp, trustDomains).of(policies, POLICY_PREFIX, suffix);
  }
}
