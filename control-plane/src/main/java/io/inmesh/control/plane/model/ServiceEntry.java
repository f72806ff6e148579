package io.inmesh.control.plane.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Istio's ServiceEntry: each host becomes a service.
 *
 * @param workloadSelector labels of the WorkloadEntries that are the endpoints, or null when the
 *     endpoints are written in place
 */
public record ServiceEntry(
    Meta meta,
    List<String> hosts,
    List<String> addresses,
    List<ServicePort> ports,
    Location location,
    Resolution resolution,
    List<WorkloadSpec> endpoints,
    @Nullable Map<String, String> workloadSelector,
    List<String> exportTo,
    List<String> subjectAltNames)
    implements Resource {

  /** Whether the service is a part of the mesh (and so spoken to by mutual TLS). */
  public enum Location {
    MESH_EXTERNAL,
    MESH_INTERNAL
  }

  /** How endpoints of the service are found. */
  public enum Resolution {
    NONE,
    STATIC,
    DNS,
    DNS_ROUND_ROBIN
  }

  public ServiceEntry {
    hosts = List.copyOf(hosts);
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
    endpoints = List.copyOf(endpoints);
    exportTo = List.copyOf(exportTo);
    subjectAltNames = List.copyOf(subjectAltNames);
    workloadSelector = workloadSelector == null ? null : Map.copyOf(workloadSelector);
  }
}
