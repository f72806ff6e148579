package io.inmesh.control.plane.config;

import java.util.Map;

/** Which workloads a policy is for. */
final class Selectors {
  private Selectors() {}

  /** The labels under {@code selector}; empty for all workloads. */
  static Map<String, String> read(Fields spec) {
    Map<String, String> labels =
        spec.object(
            "selector",
            selector -> {
              Map<String, String> found = selector.stringMap("matchLabels");
              if (found.values().stream().anyMatch(value -> value.contains("*"))) {
                selector.error("matchLabels", "a label's value cannot have wildcards");
              }
              return found;
            });
    return labels == null ? Map.of() : labels;
  }

  /**
   * Whether the policy names gateways or waypoints as its targets; sidecars do not obey it then.
   */
  static boolean forGateways(Fields spec) {
    boolean found = false;
    for (String name : new String[] {"targetRef", "targetRefs"}) {
      if (spec.has(name)) {
        found = true;
        spec.note(
            name, "is for gateways and waypoints, which are not served: the policy is unused");
        if (spec.has("selector")) {
          spec.error(name, "only one of selector and " + name + " can be given");
        }
      }
    }
    return found;
  }
}
