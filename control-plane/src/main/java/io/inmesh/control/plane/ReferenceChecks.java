package io.inmesh.control.plane;

import io.inmesh.control.plane.config.Problems;
import io.inmesh.control.plane.model.Destination;
import io.inmesh.control.plane.model.DestinationRule;
import io.inmesh.control.plane.model.HttpRoute;
import io.inmesh.control.plane.model.L4Route;
import io.inmesh.control.plane.model.Registry;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.VirtualService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Warns about names that resources use and that nothing defines. */
final class ReferenceChecks {
  private final Map<String, Set<String>> subsets = new HashMap<>();
  private final Set<String> hosts = new HashSet<>();
  private final List<DestinationRule> rules;
  private final Problems problems;

  private ReferenceChecks(Registry registry, Problems problems) {
    this.problems = problems;
    this.rules = registry.destinationRules();
    for (Service service : registry.services()) {
      hosts.add(service.host());
    }
    for (DestinationRule rule : rules) {
      for (DestinationRule.Subset subset : rule.subsets()) {
        subsets.computeIfAbsent(rule.host(), key -> new HashSet<>()).add(subset.name());
      }
    }
  }

  static void check(Registry registry, Problems problems) {
    ReferenceChecks checks = new ReferenceChecks(registry, problems);
    Map<String, VirtualService> byHost = new HashMap<>();
    for (VirtualService vs : registry.virtualServices()) {
      for (HttpRoute route : vs.http()) {
        route.destinations().forEach(d -> checks.destination(vs, d.destination()));
        route.mirrors().forEach(m -> checks.destination(vs, m.destination()));
      }
      for (L4Route route : vs.tls()) {
        route.destinations().forEach(d -> checks.destination(vs, d.destination()));
      }
      for (L4Route route : vs.tcp()) {
        route.destinations().forEach(d -> checks.destination(vs, d.destination()));
      }
      if (!vs.appliesToMesh() || vs.http().isEmpty()) {
        continue;
      }
      for (String host : vs.hosts()) {
        VirtualService first = byHost.putIfAbsent(host, vs);
        if (first != null && !first.meta().equals(vs.meta())) {
          problems.warning(
              vs.meta().source(),
              vs.meta().display(),
              "hosts",
              host
                  + " is already routed by "
                  + first.meta().display()
                  + " ("
                  + first.meta().source()
                  + "), which is obeyed");
        }
      }
    }
  }

  private void destination(VirtualService vs, Destination destination) {
    boolean known =
        hosts.contains(destination.host())
            || hosts.stream()
                .anyMatch(h -> h.startsWith("*") && Service.matches(h, destination.host()));
    if (!known) {
      warn(vs, "no service has the host " + destination.host() + ": requests get 503");
      return;
    }
    if (destination.subset().isEmpty()) {
      return;
    }
    boolean found =
        rules.stream()
            .filter(rule -> Service.matches(rule.host(), destination.host()))
            .anyMatch(
                rule -> subsets.getOrDefault(rule.host(), Set.of()).contains(destination.subset()));
    if (!found) {
      warn(
          vs,
          "no DestinationRule has the subset "
              + destination.subset()
              + " of "
              + destination.host()
              + ": requests get 503");
    }
  }

  private void warn(VirtualService vs, String text) {
    problems.warning(vs.meta().source(), vs.meta().display(), "destination", text);
  }
}
