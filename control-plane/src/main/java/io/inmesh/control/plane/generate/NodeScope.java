package io.inmesh.control.plane.generate;

import io.inmesh.control.plane.model.AuthorizationPolicy;
import io.inmesh.control.plane.model.DestinationRule;
import io.inmesh.control.plane.model.DestinationRule.Subset;
import io.inmesh.control.plane.model.Locality;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.PeerAuthentications;
import io.inmesh.control.plane.model.ProxyNode;
import io.inmesh.control.plane.model.Registry;
import io.inmesh.control.plane.model.RequestAuthentication;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.VirtualService;
import io.inmesh.control.plane.model.Workloads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one node sees: its services, rules, own workload and place. Not thread-safe. */
final class NodeScope {
  private final ProxyNode node;
  private final MeshConfig mesh;
  private final Map<String, Service> services;
  private final List<VirtualService> virtualServices;
  private final List<DestinationRule> rules;
  private final List<Workloads.Target> targets;
  private final Locality locality;
  private final Map<String, String> labels;
  private final Registry registry;
  private final Map<String, Optional<DestinationRule>> ruleByHost = new HashMap<>();

  NodeScope(ProxyNode node, Registry registry) {
    this.node = node;
    this.mesh = registry.mesh();
    this.services = registry.servicesFor(node.namespace());
    this.virtualServices = registry.virtualServicesFor(node.namespace());
    this.rules = registry.destinationRulesFor(node.namespace(), node.labels());
    // a service that is not exported to its own namespace is still served by its workload
    this.targets = Workloads.targets(node, registry.services());
    this.labels = Workloads.labels(node, targets);
    this.registry = registry;
    Locality own = node.locality();
    this.locality =
        own.isEmpty() && !targets.isEmpty() ? targets.get(0).instance().spec().locality() : own;
  }

  ProxyNode node() {
    return node;
  }

  Vantage vantage() {
    return new Vantage(
        node.namespace(),
        node.labels(),
        node.dnsDomain(),
        node.clusterId(),
        locality,
        node.ips().stream().anyMatch(ip -> ip.contains(":")),
        node.dnsCapture());
  }

  MeshConfig mesh() {
    return mesh;
  }

  Collection<Service> services() {
    return services.values();
  }

  @Nullable Service service(String host) {
    return services.get(host);
  }

  List<VirtualService> virtualServices() {
    return virtualServices;
  }

  List<Workloads.Target> targets() {
    return targets;
  }

  /** Which mutual TLS callers of this workload may use. */
  PeerAuthentications.Modes inboundTls() {
    return registry.peerAuthentications().of(node.namespace(), labels);
  }

  /** Who is called by which TLS. */
  PeerAuthentications peerAuthentications() {
    return registry.peerAuthentications();
  }

  List<AuthorizationPolicy> authorizationPolicies() {
    return registry.authorizationPoliciesFor(node.namespace(), labels);
  }

  List<RequestAuthentication> requestAuthentications() {
    return registry.requestAuthenticationsFor(node.namespace(), labels);
  }

  TrustDomains trustDomains() {
    return new TrustDomains(mesh.trustDomains());
  }

  @Nullable Service serviceNamed(String name) {
    return registry.serviceNamed(name);
  }

  Locality locality() {
    return locality;
  }

  /** The services with a port of that number whose protocol may be HTTP, by host. */
  Map<String, Service> httpServices(int port) {
    Map<String, Service> out = new LinkedHashMap<>();
    for (Service service : services.values()) {
      ServicePort found = service.port(port);
      if (found != null && found.protocol().isHttpOrSniffed()) {
        out.put(service.host(), service);
      }
    }
    return out;
  }

  /** The cluster that traffic to nowhere known takes. */
  String passthroughCluster() {
    return mesh.registryOnly() ? Names.BLACK_HOLE : Names.PASSTHROUGH;
  }

  /**
   * The DestinationRule of a service: the caller's namespace first, then the service's, then the
   * root namespace; inside each the most specific host.
   */
  @Nullable DestinationRule rule(Service service) {
    return ruleByHost
        .computeIfAbsent(service.host() + " " + service.namespace(), key -> find(service))
        .orElse(null);
  }

  private Optional<DestinationRule> find(Service service) {
    for (String namespace : List.of(node.namespace(), service.namespace(), mesh.rootNamespace())) {
      DestinationRule found = null;
      for (DestinationRule rule : rules) {
        if (!rule.meta().namespace().equals(namespace) || !service.matches(rule.host())) {
          continue;
        }
        if (found == null || rule.host().length() > found.host().length()) {
          found = rule;
        } else if (rule.host().equals(found.host())) {
          found = joined(found, rule);
        }
      }
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static DestinationRule joined(DestinationRule first, DestinationRule second) {
    Map<String, Subset> subsets = new LinkedHashMap<>();
    first.subsets().forEach(subset -> subsets.put(subset.name(), subset));
    second.subsets().forEach(subset -> subsets.putIfAbsent(subset.name(), subset));
    return new DestinationRule(
        first.meta(),
        first.host(),
        first.trafficPolicy().equals(TrafficPolicy.EMPTY)
            ? second.trafficPolicy()
            : first.trafficPolicy(),
        new ArrayList<>(subsets.values()),
        first.exportTo(),
        first.workloadSelector());
  }

  /** The policy in force for a port of a service, and a subset unless that is empty. */
  TrafficPolicy policy(Service service, int port, String subset) {
    DestinationRule rule = rule(service);
    if (rule == null) {
      return TrafficPolicy.EMPTY;
    }
    TrafficPolicy policy = rule.trafficPolicy().onPort(port);
    for (Subset candidate : rule.subsets()) {
      if (candidate.name().equals(subset)) {
        return policy.mergedWith(candidate.trafficPolicy(), port);
      }
    }
    return policy;
  }
}
