package io.inmesh.control.plane.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    Set<Object> workloads = new HashSet<>();
    for (Service service : services) {
      if (!service.namespace().equals(node.namespace())) {
        continue;
      }
      for (Instance instance : service.instances()) {
        if (node.ips().contains(instance.spec().address())) {
          byAddress.add(new Target(service, instance));
          workloads.add(identity(instance));
        }
      }
    }
    List<Target> byName =
        byAddress.stream().filter(t -> t.instance.workload().equals(node.name())).toList();
    if (!byName.isEmpty()) {
      return byName;
    }
    boolean alone = workloads.size() < 2;
    return byAddress.stream().filter(t -> agrees(node.labels(), t, alone)).toList();
  }

  private static boolean agrees(Map<String, String> own, Target target, boolean alone) {
    Map<String, String> labels = target.instance.spec().labels();
    Map<String, String> selector = target.service.selector();
    if (alone && (own.isEmpty() || labels.isEmpty())) {
      return true;
    }
    return (!labels.isEmpty() && own.entrySet().containsAll(labels.entrySet()))
        || (alone && !selector.isEmpty() && own.entrySet().containsAll(selector.entrySet()));
  }

  /** The labels that policies select the node by: the registry's, the node's own written over. */
  public static Map<String, String> labels(ProxyNode node, List<Target> targets) {
    Map<String, String> out = new HashMap<>();
    targets.forEach(target -> out.putAll(target.instance.spec().labels()));
    out.putAll(node.labels());
    return out;
  }

  private static Object identity(Instance instance) {
    return instance.workload().isEmpty() ? instance.spec() : instance.workload();
  }
}
