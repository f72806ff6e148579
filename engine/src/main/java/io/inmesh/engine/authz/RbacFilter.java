package io.inmesh.engine.authz;

import io.inmesh.engine.trace.Trace;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of Envoy's RBAC filter, that of requests and that of connections. Immutable.
 *
 * @param rules null allows all
 * @param shadowRules what is asked and counted but never enforced; null for none
 * @param shadowRulesStatPrefix what the results of shadow rules are called, {@code
 *     istio_dry_run_deny_}
 */
public record RbacFilter(
    @Nullable Rbac rules, @Nullable Rbac shadowRules, String shadowRulesStatPrefix) {
  /** Asks nothing and allows all. */
  public static final RbacFilter OFF = new RbacFilter(null, null, "");

  /** Only rules. */
  public static RbacFilter of(Rbac rules) {
    return new RbacFilter(rules, null, "");
  }

  /** Whether there is anything to ask. */
  public boolean asks() {
    return rules != null || shadowRules != null;
  }

  /** What it says of a request, counted. No allocation. */
  public RbacResult check(RbacRequest request, RbacStats stats) {
    if (shadowRules != null) {
      stats.shadow().add(shadowRules.evaluate(request));
    }
    if (rules == null) {
      return RbacResult.ALLOWED;
    }
    RbacResult result = rules.evaluate(request);
    stats.enforced().add(result);
    return result;
  }

  /**
   * The same for people: nothing is counted.
   *
   * @param name of the filter
   */
  public RbacResult explain(RbacRequest request, String name, Trace trace) {
    if (shadowRules != null) {
      trace.add("shadow rbac", name, shadowRules.evaluate(request).describe());
    }
    if (rules == null) {
      return RbacResult.ALLOWED;
    }
    RbacResult result = rules.evaluate(request);
    trace.add("rbac", name, result.describe(), "action", rules.action());
    return result;
  }
}
