package io.inmesh.control.plane.generate;

import io.inmesh.control.plane.model.Locality;
import java.util.Map;

/**
 * From where a workload looks at the mesh: besides the registry, all that the configuration of its
 * calls depends on. Replicas share one.
 *
 * @param labels of the node itself
 * @param locality of the node, or of its workload where the node does not say
 * @param ipv6 whether it has such an address
 */
record Vantage(
    String namespace,
    Map<String, String> labels,
    String dnsDomain,
    String clusterId,
    Locality locality,
    boolean ipv6,
    boolean dnsCapture) {
  Vantage {
    labels = Map.copyOf(labels);
  }
}
