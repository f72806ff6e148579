package io.inmesh.control.plane.model;

import java.util.List;
import java.util.Map;

/** Istio's DestinationRule; {@code host} is fully qualified. */
public record DestinationRule(
    Meta meta,
    String host,
    TrafficPolicy trafficPolicy,
    List<Subset> subsets,
    List<String> exportTo,
    Map<String, String> workloadSelector)
    implements Resource {

  public DestinationRule {
    subsets = List.copyOf(subsets);
    exportTo = List.copyOf(exportTo);
    workloadSelector = Map.copyOf(workloadSelector);
  }

  /** A named part of the endpoints, by labels. */
  public record Subset(String name, Map<String, String> labels, TrafficPolicy trafficPolicy) {
    public Subset {
      labels = Map.copyOf(labels);
    }
  }
}
