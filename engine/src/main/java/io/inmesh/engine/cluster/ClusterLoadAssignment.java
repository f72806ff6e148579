package io.inmesh.engine.cluster;

import io.inmesh.engine.match.FractionalPercent;
import java.util.List;

/**
 * The endpoints of a cluster.
 *
 * @param overprovisioningFactor percent, default 140
 * @param dropOverloads the share of requests to drop; Envoy knows at most one
 * @param weightedPriorityHealth whether hosts count by their weight where a priority's health is
 *     measured
 */
public record ClusterLoadAssignment(
    String clusterName,
    List<LocalityEndpoints> localities,
    int overprovisioningFactor,
    List<DropOverload> dropOverloads,
    boolean weightedPriorityHealth) {
  /** Envoy's default factor. */
  public static final int DEFAULT_OVERPROVISIONING = 140;

  /** A share of requests to drop. */
  public record DropOverload(String category, FractionalPercent percentage) {
    public DropOverload {
      if (percentage.numerator() > percentage.denominator()) {
        throw new IllegalArgumentException(
            "Cluster drop_overloads config is invalid. drop_ratio="
                + percentage.percent() / 100
                + "(Numerator "
                + percentage.numerator()
                + " / Denominator "
                + percentage.denominator()
                + "). The valid range is 0~1.");
      }
    }

    /** Whether no request gets through. */
    public boolean dropsAll() {
      return percentage.numerator() == percentage.denominator();
    }
  }

  public ClusterLoadAssignment {
    localities = List.copyOf(localities);
    dropOverloads = List.copyOf(dropOverloads);
    if (dropOverloads.size() > 1) {
      throw new IllegalArgumentException(
          "Cluster drop_overloads config has "
              + dropOverloads.size()
              + " categories. Envoy only support one.");
    }
    if (overprovisioningFactor < 1) {
      throw new IllegalArgumentException(
          "ClusterLoadAssignment.Policy.overprovisioning_factor: value must be greater than 0");
    }
  }

  public ClusterLoadAssignment(String clusterName, List<LocalityEndpoints> localities) {
    this(clusterName, localities, DEFAULT_OVERPROVISIONING, List.of());
  }

  public ClusterLoadAssignment(
      String clusterName,
      List<LocalityEndpoints> localities,
      int overprovisioningFactor,
      List<DropOverload> dropOverloads) {
    this(clusterName, localities, overprovisioningFactor, dropOverloads, false);
  }
}
