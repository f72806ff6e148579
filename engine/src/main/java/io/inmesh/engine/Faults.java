package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.route.FaultPolicy;
import org.jspecify.annotations.Nullable;

/** Which fault applies to a request: the most specific policy, behind its gates. */
final class Faults {
  private Faults() {}

  /** The policy in force for this request, or null. */
  static @Nullable FaultPolicy of(RouteDecision decision, RequestHead head) {
    FaultPolicy policy = decision.manager().fault();
    if (policy == null) {
      return null;
    }
    if (decision.weighted() != null && decision.weighted().fault() != null) {
      policy = decision.weighted().fault();
    } else if (decision.route().fault() != null) {
      policy = decision.route().fault();
    } else if (decision.virtualHost().fault() != null) {
      policy = decision.virtualHost().fault();
    }
    return passesGates(policy, decision.clusterName(), head) ? policy : null;
  }

  private static boolean passesGates(FaultPolicy policy, String cluster, RequestHead head) {
    if (policy.delay() == null && policy.abort() == null) {
      return false;
    }
    if (policy.upstreamCluster() != null && !policy.upstreamCluster().equals(cluster)) {
      return false;
    }
    if (!policy.downstreamNodes().isEmpty()) {
      String node = head.header("x-envoy-downstream-service-node");
      if (node == null || !policy.downstreamNodes().contains(node)) {
        return false;
      }
    }
    for (HeaderMatcher gate : policy.headers()) {
      if (!gate.matches(head)) {
        return false;
      }
    }
    return true;
  }
}
