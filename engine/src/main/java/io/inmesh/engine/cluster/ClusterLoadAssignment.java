package io.inmesh.engine.cluster;

import java.util.List;

/**
 * The endpoints of a cluster.
 *
 * @param overprovisioningFactor percent, default 140
 * @param dropOverloads shares of requests to drop, in order
 */
public record ClusterLoadAssignment(
    String clusterName,
    List<LocalityEndpoints> localities,
    int overprovisioningFactor,
    List<DropOverload> dropOverloads) {
  /** Envoy's default factor. */
  public static final int DEFAULT_OVERPROVISIONING = 140;

  /** A share of requests to drop. */
  public record DropOverload(
      String category, io.inmesh.engine.match.FractionalPercent percentage) {}

  public ClusterLoadAssignment {
    localities = List.copyOf(localities);
    dropOverloads = List.copyOf(dropOverloads);
    if (overprovisioningFactor < 1) {
      throw new IllegalArgumentException(
          "ClusterLoadAssignment.Policy.overprovisioning_factor: value must be greater than 0");
    }
  }

  public ClusterLoadAssignment(String clusterName, List<LocalityEndpoints> localities) {
    this(clusterName, localities, DEFAULT_OVERPROVISIONING, List.of());
  }
}
