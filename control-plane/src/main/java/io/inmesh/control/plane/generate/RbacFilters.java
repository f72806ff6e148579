package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import org.jspecify.annotations.Nullable;

/** RBAC rules as filters: those enforced, and those only evaluated, whose results have a prefix. */
final class RbacFilters {
  static final String HTTP = "envoy.filters.http.rbac";
  static final String TCP = "envoy.filters.network.rbac";

  /** How Envoy names the counters of filters for connections. */
  static final String TCP_STATS = "tcp.";

  private RbacFilters() {}

  static HttpFilter http(@Nullable RBAC enforced, @Nullable RBAC shadow, String shadowPrefix) {
    var out = io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.newBuilder();
    out.setShadowRulesStatPrefix(shadowPrefix);
    if (enforced != null) {
      out.setRules(enforced);
    }
    if (shadow != null) {
      out.setShadowRules(shadow);
    }
    return Filters.http(HTTP, Protos.any(out.build()));
  }

  static Filter tcp(@Nullable RBAC enforced, @Nullable RBAC shadow, String shadowPrefix) {
    var out = io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.newBuilder();
    out.setStatPrefix(TCP_STATS).setShadowRulesStatPrefix(shadowPrefix);
    if (enforced != null) {
      out.setRules(enforced);
    }
    if (shadow != null) {
      out.setShadowRules(shadow);
    }
    return Filters.network(TCP, Protos.any(out.build()));
  }
}
