package io.inmesh.control.plane.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the services that a node itself is an endpoint of. */
public final class Workloads {
  private Workloads() {}

  /** A service that the node serves, and the endpoint that says so. */
  public record Target(Service service, Instance instance) {}

  /**
   * By address and namespace, as istiod does. When several workloads share the node's address, its
   * own name decides, then its labels; the labels that the node presents win over the registry's.
   */
  public static List<Target> targets(ProxyNode node, Collection<Service> services) {
    List<Target> byAddress = new ArrayList<>();
    Map<Object, Target> workloads = new LinkedHashMap<>();
    for (Service service : services) {
      if (!service.namespace().equals(node.namespace())) {
        continue;
      }
      for (Instance instance : service.instances()) {
        if (node.ips().contains(instance.spec().address())) {
          Target target = new Target(service, instance);
          byAddress.add(target);
          workloads.put(identity(instance), target);
        }
      }
    }
    if (workloads.size() < 2) {
      return byAddress;
    }
    List<Target> byName =
        byAddress.stream().filter(t -> t.instance.workload().equals(node.name())).toList();
    if (!byName.isEmpty()) {
      return byName;
    }
    return byAddress.stream()
        .filter(t -> !node.labels().isEmpty() && !labels(t).isEmpty())
        .filter(t -> node.labels().entrySet().containsAll(labels(t).entrySet()))
        .toList();
  }

  private static Object identity(Instance instance) {
    return instance.workload().isEmpty() ? instance.spec() : instance.workload();
  }

  private static Map<String, String> labels(Target target) {
    return target.instance.spec().labels();
  }
}
