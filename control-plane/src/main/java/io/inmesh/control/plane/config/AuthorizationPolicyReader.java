package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.AuthorizationPolicy;
import io.inmesh.control.plane.model.AuthorizationPolicy.Action;
import io.inmesh.control.plane.model.AuthorizationPolicy.Condition;
import io.inmesh.control.plane.model.AuthorizationPolicy.Rule;
import io.inmesh.control.plane.model.Meta;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads AuthorizationPolicy; checks what istiod's validation checks. */
final class AuthorizationPolicyReader {
  private static final String DRY_RUN = "istio.io/dry-run";
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False", "");

  private AuthorizationPolicyReader() {}

  static @Nullable AuthorizationPolicy read(Meta meta, Fields spec) {
    Map<String, String> selector = Selectors.read(spec);
    boolean forGateways = Selectors.forGateways(spec);
    Action action = spec.choice("action", Action.class, Action.ALLOW);
    String provider = spec.object("provider", fields -> fields.requiredString("name"));
    ConditionReader conditions = new ConditionReader(meta.namespace(), action);
    List<Rule> rules = spec.list("rules", fields -> rule(fields, conditions, action));
    if (rules.isEmpty() && (action == Action.DENY || action == Action.CUSTOM)) {
      spec.error(
          "rules", action + " without rules never matches; an empty rule {} matches everything");
    }
    if (action == Action.CUSTOM && provider == null) {
      spec.error("provider", "CUSTOM needs provider.name, an extension provider of MeshConfig");
    }
    if (action != Action.CUSTOM && provider != null) {
      spec.error("provider", "can only be given with the action CUSTOM");
    }
    String dryRun = meta.annotations().getOrDefault(DRY_RUN, "");
    if (!TRUE.contains(dryRun) && !FALSE.contains(dryRun)) {
      spec.error("", "the annotation " + DRY_RUN + " must be true or false");
    }
    return forGateways
        ? null
        : new AuthorizationPolicy(
            meta, selector, action, provider == null ? "" : provider, TRUE.contains(dryRun), rules);
  }

  private static Rule rule(Fields fields, ConditionReader conditions, Action action) {
    List<List<Condition>> from = fields.list("from", item -> part(item, "source", conditions));
    List<List<Condition>> to = fields.list("to", item -> part(item, "operation", conditions));
    for (String name : List.of("from", "to")) {
      if (fields.has(name) && (name.equals("from") ? from : to).isEmpty()) {
        fields.error(name, "cannot be empty; leave it out to match all");
      }
    }
    if (action == Action.DENY && deniesConnections(from, to)) {
      fields.warning(
          "",
          "a DENY rule of HTTP conditions alone denies every connection to TCP ports; name the ports"
              + " it is for");
    }
    return new Rule(from, to, fields.list("when", conditions::when));
  }

  private static List<Condition> part(Fields item, String name, ConditionReader conditions) {
    List<Condition> found =
        item.object(name, name.equals("source") ? conditions::source : conditions::operation);
    if (found == null || found.isEmpty()) {
      item.error(name, "at least one condition is required");
      return List.of();
    }
    return found;
  }

  private static boolean deniesConnections(List<List<Condition>> from, List<List<Condition>> to) {
    return to.isEmpty() ? !from.isEmpty() && httpOnly(from.stream()) : httpOnly(to.stream());
  }

  private static boolean httpOnly(Stream<List<Condition>> parts) {
    return parts.flatMap(List::stream).allMatch(condition -> condition.attribute().httpOnly());
  }
}
