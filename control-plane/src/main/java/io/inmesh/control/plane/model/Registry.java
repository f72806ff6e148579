package io.inmesh.control.plane.model;

import io.inmesh.control.plane.model.ServiceEntry.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
  private final PeerAuthentications peerAuthentications;
  private final List<AuthorizationPolicy> authorizationPolicies;
  private final List<RequestAuthentication> requestAuthentications;

  private Registry(
      MeshConfig mesh,
      List<Service> services,
      List<VirtualService> virtualServices,
      List<DestinationRule> destinationRules,
      List<WorkloadEntry> workloads,
      PeerAuthentications peerAuthentications,
      List<AuthorizationPolicy> authorizationPolicies,
      List<RequestAuthentication> requestAuthentications) {
    this.mesh = mesh;
    this.services = List.copyOf(services);
    this.virtualServices = List.copyOf(virtualServices);
    this.destinationRules = List.copyOf(destinationRules);
    this.workloads = List.copyOf(workloads);
    this.peerAuthentications = peerAuthentications;
    this.authorizationPolicies = List.copyOf(authorizationPolicies);
    this.requestAuthentications = List.copyOf(requestAuthentications);
  }

  /** Builds the registry; resources of one kind keep the order in which they are given. */
  public static Registry of(Collection<Resource> resources, MeshConfig mesh) {
    List<WorkloadEntry> workloads = only(WorkloadEntry.class, resources);
    Map<String, Service> services = new TreeMap<>();
    for (ServiceEntry entry : only(ServiceEntry.class, resources)) {
      List<Instance> instances = instances(entry, workloads);
      for (String host : entry.hosts()) {
        Service service = service(entry, host, instances);
        // entries of one namespace with the same host are one service
        services.merge(host + " " + service.namespace(), service, Service::joinedWith);
      }
    }
    return new Registry(
        mesh,
        List.copyOf(services.values()),
        Delegates.resolve(only(VirtualService.class, resources)),
        only(DestinationRule.class, resources),
        workloads,
        new PeerAuthentications(only(PeerAuthentication.class, resources), mesh.rootNamespace()),
        only(AuthorizationPolicy.class, resources),
        only(RequestAuthentication.class, resources));
  }

  private static <T> List<T> only(Class<T> type, Collection<Resource> resources) {
    return resources.stream().filter(type::isInstance).map(type::cast).toList();
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

  public PeerAuthentications peerAuthentications() {
    return peerAuthentications;
  }

  public List<AuthorizationPolicy> authorizationPolicies() {
    return authorizationPolicies;
  }

  public List<RequestAuthentication> requestAuthentications() {
    return requestAuthentications;
  }

  /** The policies that a workload obeys, by name. */
  public List<AuthorizationPolicy> authorizationPoliciesFor(
      String namespace, Map<String, String> labels) {
    return authorizationPolicies.stream()
        .filter(policy -> selects(policy.meta(), policy.selector(), namespace, labels))
        .toList();
  }

  /** The token rules of a workload. */
  public List<RequestAuthentication> requestAuthenticationsFor(
      String namespace, Map<String, String> labels) {
    return requestAuthentications.stream()
        .filter(policy -> selects(policy.meta(), policy.selector(), namespace, labels))
        .toList();
  }

  private boolean selects(
      Meta policy, Map<String, String> selector, String namespace, Map<String, String> labels) {
    return (policy.namespace().equals(namespace) || policy.namespace().equals(mesh.rootNamespace()))
        && labels.entrySet().containsAll(selector.entrySet());
  }

  /** The only service of a host, which may be written {@code NAMESPACE/HOST}; null for another. */
  public @Nullable Service serviceNamed(String name) {
    int slash = name.indexOf('/');
    String host = name.substring(slash + 1);
    List<Service> found =
        services.stream()
            .filter(service -> service.host().equals(host))
            .filter(service -> slash < 0 || service.namespace().equals(name.substring(0, slash)))
            .toList();
    return found.size() == 1 ? found.get(0) : null;
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
