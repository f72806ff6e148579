package io.inmesh.control.plane;

import io.inmesh.control.plane.config.Problems;
import io.inmesh.control.plane.model.AuthorizationPolicy;
import io.inmesh.control.plane.model.AuthorizationPolicy.Action;
import io.inmesh.control.plane.model.ExternalAuthorizer;
import io.inmesh.control.plane.model.Meta;
import io.inmesh.control.plane.model.PeerAuthentication;
import io.inmesh.control.plane.model.Registry;
import io.inmesh.control.plane.model.RequestAuthentication.JwksUri;
import java.util.List;
import java.util.Objects;

/** Warns about policies that do something else than they seem to. */
final class SecurityChecks {
  private final Registry registry;
  private final Problems problems;

  private SecurityChecks(Registry registry, Problems problems) {
    this.registry = registry;
    this.problems = problems;
  }

  static void check(Registry registry, Problems problems) {
    SecurityChecks checks = new SecurityChecks(registry, problems);
    registry.peerAuthentications().all().forEach(checks::selection);
    registry.peerAuthentications().shadowed().forEach(checks::shadowed);
    registry.authorizationPolicies().stream()
        .filter(policy -> policy.action() == Action.CUSTOM)
        .forEach(checks::authorizer);
    registry
        .requestAuthentications()
        .forEach(
            policy ->
                policy.rules().stream()
                    .map(rule -> rule.jwksUri())
                    .filter(Objects::nonNull)
                    .forEach(uri -> checks.keys(policy.meta(), uri)));
  }

  private void selection(PeerAuthentication policy) {
    if (policy.meta().namespace().equals(registry.mesh().rootNamespace())
        && !policy.selector().isEmpty()) {
      warn(policy.meta(), "selector", "selects nothing in the root namespace");
    }
  }

  private void shadowed(PeerAuthentication policy, PeerAuthentication obeyed) {
    warn(
        policy.meta(),
        "selector",
        "the same workloads obey " + obeyed.meta().display() + " (" + obeyed.meta().source() + ")");
  }

  private void authorizer(AuthorizationPolicy policy) {
    if (policy.dryRun()) {
      warn(policy.meta(), "", "a dry run of CUSTOM does nothing");
      return;
    }
    ExternalAuthorizer found = registry.mesh().authorizers().get(policy.provider());
    if (found == null) {
      warn(
          policy.meta(),
          "provider.name",
          "no authorizer among MeshConfig's extensionProviders is called "
              + policy.provider()
              + ": what the policy matches is refused");
    } else if (registry.serviceNamed(found.service()) == null) {
      warn(
          policy.meta(),
          "provider.name",
          "not exactly one service has the host "
              + found.service()
              + " of "
              + found.name()
              + ": what the policy matches is refused");
    }
  }

  private void keys(Meta policy, JwksUri uri) {
    List<String> hosts = registry.services().stream().map(s -> s.host()).toList();
    if (!hosts.contains(uri.host())) {
      warn(
          policy,
          "jwksUri",
          "workloads fetch keys through the mesh and no service has the host "
              + uri.host()
              + ": tokens of the issuer are refused");
    }
  }

  private void warn(Meta meta, String field, String text) {
    problems.warning(meta.source(), meta.display(), field, text);
  }
}
