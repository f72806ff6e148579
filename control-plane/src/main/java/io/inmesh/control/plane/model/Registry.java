package io.inmesh.control.plane.model;

import io.inmesh.control.plane.model.ServiceEntry.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All services and rules, and what a namespace may see of them. Immutable.
 *
 * <p>Order is by name everywhere: istiod's order by creation time has no meaning for files.
 */
public final class Registry {
  private final MeshConfig mesh;
  private final List<Service> services;
  private final List<VirtualService> virtualServices;
  private final List<DestinationRule> destinationRules;
  private final List<WorkloadEntry> workloads;

  private Registry(
      MeshConfig mesh,
      List<Service> services,
      List<VirtualService> virtualServices,
      List<DestinationRule> destinationRules,
      List<WorkloadEntry> workloads) {
    this.mesh = mesh;
    this.services = List.copyOf(services);
    this.virtualServices = List.copyOf(virtualServices);
    this.destinationRules = List.copyOf(destinationRules);
    this.workloads = List.copyOf(workloads);
  }

  /** Builds the registry; resources of one kind keep the order in which they are given. */
  public static Registry of(Collection<Resource> resources, MeshConfig mesh) {
    List<ServiceEntry> entries = new ArrayList<>();
    List<WorkloadEntry> workloads = new ArrayList<>();
    List<VirtualService> virtualServices = new ArrayList<>();
    List<DestinationRule> rules = new ArrayList<>();
    for (Resource resource : resources) {
      if (resource instanceof ServiceEntry entry) {
        entries.add(entry);
      } else if (resource instanceof WorkloadEntry workload) {
        workloads.add(workload);
      } else if (resource instanceof VirtualService service) {
        virtualServices.add(service);
      } else if (resource instanceof DestinationRule rule) {
        rules.add(rule);
      }
    }
    Map<String, Service> services = new TreeMap<>();
    for (ServiceEntry entry : entries) {
      List<Instance> instances = instances(entry, workloads);
      for (String host : entry.hosts()) {
        Service service = service(entry, host, instances);
        // entries of one namespace with the same host are one service
        services.merge(host + " " + service.namespace(), service, Service::joinedWith);
      }
    }
    return new Registry(
        mesh, List.copyOf(services.values()), Delegates.resolve(virtualServices), rules, workloads);
  }

  public MeshConfig mesh() {
    return mesh;
  }

  /** Every service, by host and then namespace. */
  public List<Service> services() {
    return services;
  }

  public List<VirtualService> virtualServices() {
    return virtualServices;
  }

  public List<DestinationRule> destinationRules() {
    return destinationRules;
  }

  public List<WorkloadEntry> workloads() {
    return workloads;
  }

  /** The services that a namespace sees, by host; its own come before others of the same host. */
  public Map<String, Service> servicesFor(String namespace) {
    Map<String, Service> out = new LinkedHashMap<>();
    for (Service service : services) {
      if (!visible(
          service.exportTo(), mesh.defaultServiceExportTo(), service.namespace(), namespace)) {
        continue;
      }
      if (!out.containsKey(service.host()) || service.namespace().equals(namespace)) {
        out.put(service.host(), service);
      }
    }
    return out;
  }

  /** The VirtualServices that sidecars of a namespace obey, delegates merged in. */
  public List<VirtualService> virtualServicesFor(String namespace) {
    return virtualServices.stream()
        .filter(VirtualService::appliesToMesh)
        .filter(
            vs ->
                visible(
                    vs.exportTo(),
                    mesh.defaultVirtualServiceExportTo(),
                    vs.meta().namespace(),
                    namespace))
        .toList();
  }

  /** The DestinationRules that a workload obeys. */
  public List<DestinationRule> destinationRulesFor(String namespace, Map<String, String> labels) {
    return destinationRules.stream()
        .filter(
            rule ->
                visible(
                    rule.exportTo(),
                    mesh.defaultDestinationRuleExportTo(),
                    rule.meta().namespace(),
                    namespace))
        .filter(
            rule ->
                rule.workloadSelector().isEmpty()
                    || (rule.meta().namespace().equals(namespace)
                        && labels.entrySet().containsAll(rule.workloadSelector().entrySet())))
        .toList();
  }

  private static boolean visible(
      List<String> exportTo, List<String> defaults, String owner, String namespace) {
    List<String> rules = exportTo.isEmpty() ? defaults : exportTo;
    return rules.isEmpty()
        || rules.contains("*")
        || rules.contains(namespace)
        || (rules.contains(".") && owner.equals(namespace));
  }

  private static Service service(ServiceEntry entry, String host, List<Instance> instances) {
    return new Service(
        host,
        entry.meta().namespace(),
        entry.addresses(),
        entry.ports(),
        entry.location() == Location.MESH_EXTERNAL,
        entry.resolution(),
        entry.exportTo(),
        entry.subjectAltNames(),
        entry.workloadSelector() == null ? Map.of() : entry.workloadSelector(),
        instances,
        entry.meta().source());
  }

  private static List<Instance> instances(ServiceEntry entry, List<WorkloadEntry> workloads) {
    List<Instance> out = new ArrayList<>();
    Map<String, String> selector = entry.workloadSelector();
    if (selector == null) {
      for (WorkloadSpec endpoint : entry.endpoints()) {
        out.add(new Instance("", entry.meta().namespace(), endpoint));
      }
      return out;
    }
    for (WorkloadEntry workload : workloads) {
      if (workload.meta().namespace().equals(entry.meta().namespace())
          && !selector.isEmpty()
          && workload.spec().labels().entrySet().containsAll(selector.entrySet())) {
        out.add(new Instance(workload.meta().name(), workload.meta().namespace(), workload.spec()));
      }
    }
    return out;
  }
}
