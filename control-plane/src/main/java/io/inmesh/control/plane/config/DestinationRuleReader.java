package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.DestinationRule;
import io.inmesh.control.plane.model.DestinationRule.Subset;
import io.inmesh.control.plane.model.Meta;
import io.inmesh.control.plane.model.TrafficPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads DestinationRule; checks what istiod's validation checks. */
final class DestinationRuleReader {
  private DestinationRuleReader() {}

  static DestinationRule read(Meta meta, Fields spec) {
    String host = HostNames.resolve(spec.requiredString("host"), meta.namespace());
    TrafficPolicy policy = spec.object("trafficPolicy", TrafficPolicyReader::read);
    List<Subset> subsets = spec.list("subsets", DestinationRuleReader::subset);
    Set<String> names = new HashSet<>();
    for (Subset subset : subsets) {
      if (!names.add(subset.name())) {
        spec.error("subsets", "the subset " + subset.name() + " is written twice");
      }
    }
    Map<String, String> selector =
        spec.object("workloadSelector", selected -> selected.stringMap("matchLabels"));
    return new DestinationRule(
        meta,
        host,
        policy == null ? TrafficPolicy.EMPTY : policy,
        subsets,
        spec.strings("exportTo"),
        selector == null ? Map.of() : selector);
  }

  private static Subset subset(Fields fields) {
    TrafficPolicy policy = fields.object("trafficPolicy", TrafficPolicyReader::read);
    return new Subset(
        fields.requiredString("name"),
        fields.stringMap("labels"),
        policy == null ? TrafficPolicy.EMPTY : policy);
  }
}
