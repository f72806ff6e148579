package io.inmesh.control.plane.model;

import io.inmesh.control.plane.model.ServiceEntry.Resolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One host of the registry with its ports and endpoints. */
public record Service(
    String host,
    String namespace,
    List<String> addresses,
    List<ServicePort> ports,
    boolean external,
    Resolution resolution,
    List<String> exportTo,
    List<String> subjectAltNames,
    Map<String, String> selector,
    List<Instance> instances,
    Source source) {

  public Service {
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
    exportTo = List.copyOf(exportTo);
    subjectAltNames = List.copyOf(subjectAltNames);
    selector = Map.copyOf(selector);
    instances = List.copyOf(instances);
  }

  /** The port of a number, or null. */
  public @Nullable ServicePort port(int number) {
    for (ServicePort port : ports) {
      if (port.number() == number) {
        return port;
      }
    }
    return null;
  }

  /** Addresses that are single IPs and so can be called. */
  public List<String> vips() {
    return addresses.stream().filter(address -> !address.contains("/")).toList();
  }

  /** Whether a host pattern such as {@code *.example} means this service. */
  public boolean matches(String pattern) {
    return pattern.equals(host) || matches(pattern, host);
  }

  /** Istio's rule: the part after the star must end the host, which is longer. */
  public static boolean matches(String pattern, String host) {
    if (!pattern.startsWith("*")) {
      return pattern.equals(host);
    }
    String suffix = pattern.substring(1);
    String concrete = host.startsWith("*") ? host.substring(1) : host;
    return concrete.endsWith(suffix) && host.length() >= pattern.length();
  }

  Service joinedWith(Service other) {
    List<ServicePort> allPorts = new ArrayList<>(ports);
    for (ServicePort port : other.ports) {
      if (port(port.number()) == null) {
        allPorts.add(port);
      }
    }
    List<String> allAddresses = new ArrayList<>(addresses);
    other.addresses.stream().filter(a -> !allAddresses.contains(a)).forEach(allAddresses::add);
    List<Instance> allInstances = new ArrayList<>(instances);
    other.instances.stream().filter(i -> !allInstances.contains(i)).forEach(allInstances::add);
    return new Service(
        host,
        namespace,
        allAddresses,
        allPorts,
        external,
        resolution,
        exportTo,
        subjectAltNames,
        selector,
        allInstances,
        source);
  }
}
