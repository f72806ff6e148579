package io.inmesh.engine.cluster;

import io.inmesh.engine.net.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names in the endpoints of a DNS cluster, and the endpoints that answers make of them: each
 * address is a host under STRICT_DNS, the first one under LOGICAL_DNS. Immutable.
 *
 * @param names what is to be resolved, in order; empty for every other cluster
 */
public record DnsTargets(Cluster cluster, Set<String> names) {
  public DnsTargets {
    names = Set.copyOf(names);
  }

  public static DnsTargets of(Cluster cluster) {
    Set<String> names = new LinkedHashSet<>();
    ClusterLoadAssignment configured = cluster.loadAssignment();
    if (configured != null && isDns(cluster)) {
      for (LocalityEndpoints locality : configured.localities()) {
        for (Endpoint endpoint : locality.endpoints()) {
          if (isName(endpoint)) {
            names.add(endpoint.address());
          }
        }
      }
    }
    return new DnsTargets(cluster, names);
  }

  /**
   * The endpoints in force.
   *
   * @param answers ip literals by name; a name without an answer has no hosts
   */
  public ClusterLoadAssignment resolved(Map<String, List<String>> answers) {
    ClusterLoadAssignment configured = cluster.loadAssignment();
    if (configured == null) {
      throw new IllegalStateException(cluster.name() + " has no load_assignment");
    }
    List<LocalityEndpoints> localities = new ArrayList<>();
    for (LocalityEndpoints locality : configured.localities()) {
      List<Endpoint> endpoints = new ArrayList<>();
      for (Endpoint endpoint : locality.endpoints()) {
        if (isName(endpoint)) {
          add(endpoint, answers.getOrDefault(endpoint.address(), List.of()), endpoints);
        } else {
          endpoints.add(endpoint);
        }
      }
      localities.add(
          new LocalityEndpoints(
              locality.locality(), locality.weight(), locality.priority(), endpoints));
    }
    return new ClusterLoadAssignment(
        configured.clusterName(),
        localities,
        configured.overprovisioningFactor(),
        configured.dropOverloads(),
        configured.weightedPriorityHealth());
  }

  private void add(Endpoint named, List<String> addresses, List<Endpoint> out) {
    boolean first = cluster.type() == Cluster.Type.LOGICAL_DNS;
    String hostname = named.hostname().isEmpty() ? named.address() : named.hostname();
    for (String address : first && !addresses.isEmpty() ? addresses.subList(0, 1) : addresses) {
      out.add(named.at(address, hostname));
    }
  }

  private static boolean isDns(Cluster cluster) {
    return cluster.type() == Cluster.Type.STRICT_DNS || cluster.type() == Cluster.Type.LOGICAL_DNS;
  }

  private static boolean isName(Endpoint endpoint) {
    return !endpoint.address().startsWith("unix:") && IpAddress.parse(endpoint.address()) == null;
  }
}
