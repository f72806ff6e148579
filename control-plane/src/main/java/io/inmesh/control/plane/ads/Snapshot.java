package io.inmesh.control.plane.ads;

import io.inmesh.control.plane.generate.NodeConfigs;
import io.inmesh.control.plane.model.Registry;

/**
 * One state of the registry with the version that clients see.
 *
 * @param configs what is made of it for nodes
 */
public record Snapshot(String version, Registry registry, NodeConfigs configs) {
  public Snapshot(String version, Registry registry) {
    this(version, registry, new NodeConfigs(registry));
  }
}
