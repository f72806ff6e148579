package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.Locality;
import io.inmesh.control.plane.model.Meta;
import io.inmesh.control.plane.model.ServiceEntry;
import io.inmesh.control.plane.model.ServiceEntry.Location;
import io.inmesh.control.plane.model.ServiceEntry.Resolution;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.ServicePort.Protocol;
import io.inmesh.control.plane.model.WorkloadEntry;
import io.inmesh.control.plane.model.WorkloadSpec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads ServiceEntry and WorkloadEntry; checks what istiod's validation checks. */
final class ServiceEntryReader {
  private ServiceEntryReader() {}

  static ServiceEntry serviceEntry(Meta meta, Fields spec) {
    List<String> hosts = spec.strings("hosts");
    if (hosts.isEmpty()) {
      spec.error("hosts", "at least one host is required");
    }
    for (String host : hosts) {
      if (host.equals("*") || host.isEmpty()) {
        spec.error("hosts", "\"" + host + "\" is no host name");
      }
    }
    for (String address : spec.strings("addresses")) {
      if (!isSubnet(address)) {
        spec.error("addresses", "\"" + address + "\" is neither an IP address nor a CIDR range");
      }
    }
    List<ServicePort> ports = spec.list("ports", ServiceEntryReader::port);
    Set<Integer> numbers = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (ServicePort port : ports) {
      if (port.number() > 0 && !numbers.add(port.number())) {
        spec.error("ports", "the port " + port.number() + " is written twice");
      }
      if (!port.name().isEmpty() && !names.add(port.name())) {
        spec.error("ports", "the port name " + port.name() + " is written twice");
      }
    }
    List<WorkloadSpec> endpoints = spec.list("endpoints", ServiceEntryReader::workload);
    Map<String, String> selector =
        spec.object("workloadSelector", selected -> selected.stringMap("labels"));
    if (selector != null && !endpoints.isEmpty()) {
      spec.error("workloadSelector", "only one of workloadSelector and endpoints can be given");
    }
    Resolution resolution = spec.choice("resolution", Resolution.class, Resolution.NONE);
    if (resolution == Resolution.NONE && !endpoints.isEmpty()) {
      spec.error("endpoints", "cannot be given with resolution NONE");
    }
    for (WorkloadSpec endpoint : endpoints) {
      if (resolution == Resolution.STATIC && !isIp(endpoint.address())) {
        spec.error(
            "endpoints",
            "\"" + endpoint.address() + "\" must be an IP address with resolution STATIC");
      }
    }
    if ((resolution == Resolution.DNS || resolution == Resolution.DNS_ROUND_ROBIN)
        && endpoints.isEmpty()
        && hosts.stream().anyMatch(host -> host.startsWith("*"))) {
      spec.error("hosts", "a wildcard host with DNS resolution needs endpoints");
    }
    return new ServiceEntry(
        meta,
        hosts,
        spec.strings("addresses"),
        ports,
        spec.choice("location", Location.class, Location.MESH_EXTERNAL),
        resolution,
        endpoints,
        selector,
        spec.strings("exportTo"),
        spec.strings("subjectAltNames"));
  }

  static WorkloadEntry workloadEntry(Meta meta, Fields spec) {
    WorkloadSpec workload = workload(spec);
    if (workload.address().isEmpty() && workload.network().isEmpty()) {
      spec.error("address", "is required");
    }
    return new WorkloadEntry(meta, workload);
  }

  private static ServicePort port(Fields fields) {
    if (!fields.has("number")) {
      fields.error("number", "is required");
    }
    return new ServicePort(
        fields.integer("number", 0, 1, 65535),
        fields.requiredString("name"),
        Protocol.parse(fields.string("protocol")),
        fields.integer("targetPort", 0, 1, 65535));
  }

  private static WorkloadSpec workload(Fields fields) {
    return new WorkloadSpec(
        fields.string("address"),
        fields.portMap("ports"),
        fields.stringMap("labels"),
        fields.string("network"),
        Locality.parse(fields.string("locality")),
        fields.integer("weight", 0, 0, Integer.MAX_VALUE),
        fields.string("serviceAccount"));
  }

  /** Whether the text is an IP literal, with or without a prefix length. */
  static boolean isSubnet(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return isIp(text);
    }
    String length = text.substring(slash + 1);
    return isIp(text.substring(0, slash))
        && length.matches("\\d{1,3}")
        && Integer.parseInt(length) <= (text.contains(":") ? 128 : 32);
  }

  /** Whether the text is an IPv4 or IPv6 literal. */
  static boolean isIp(String text) {
    if (text.contains(":")) {
      return text.matches("[0-9a-fA-F:.]+") && isLiteral(text);
    }
    return text.matches("\\d{1,3}(\\.\\d{1,3}){3}")
        && Arrays.stream(text.split("\\.")).allMatch(part -> Integer.parseInt(part) < 256);
  }

  private static boolean isLiteral(String ipv6) {
    try {
      // with a colon it is never looked up
      return InetAddress.getByName(ipv6) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
