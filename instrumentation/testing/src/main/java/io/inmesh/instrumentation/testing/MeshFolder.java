package io.inmesh.instrumentation.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The folder of Istio YAML that the control plane of a test reads. */
public final class MeshFolder {
  private final Path folder;
  private final Map<String, Integer> addresses = new HashMap<>();

  /** Uses an existing folder. */
  public MeshFolder(Path folder) {
    this.folder = folder;
  }

  /** The folder. */
  public Path path() {
    return folder;
  }

  /** Writes a file whole: a reader sees the old content or the new, never half. */
  public void write(String name, String yaml) {
    try {
      Path next = Files.createTempFile(folder, name, ".next");
      Files.writeString(next, yaml);
      Files.move(
          next,
          folder.resolve(name + ".yaml"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a file. */
  public void remove(String name) {
    try {
      Files.deleteIfExists(folder.resolve(name + ".yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A service {@code NAME.test.svc.cluster.local} at port 8080 whose endpoints are upstreams; each
   * carries a label {@code version} with the upstream's name.
   */
  public void service(String name, Upstream... upstreams) {
    StringBuilder endpoints = new StringBuilder();
    for (Upstream upstream : upstreams) {
      endpoints.append(endpoint(upstream.port(), upstream.name()));
    }
    service(name, endpoints.toString(), "HTTP");
  }

  /** A service of the same form whose endpoints are at these ports, all of one version. */
  public void service(String name, int... ports) {
    StringBuilder endpoints = new StringBuilder();
    for (int port : ports) {
      endpoints.append(endpoint(port, name));
    }
    service(name, endpoints.toString(), "HTTP");
  }

  /**
   * A service of the same form that speaks TLS too, at port 443.
   *
   * @param clear where its endpoints speak in clear
   * @param tls where they speak TLS, by version
   */
  public void bothWays(String name, Upstream clear, Map<String, Integer> tls) {
    StringBuilder endpoints = new StringBuilder();
    tls.forEach(
        (version, port) ->
            endpoints.append(
                "  - {address: 127.0.0.1, ports: {main: %d, tls: %d}, labels: {version: %s}}%n"
                    .formatted(clear.port(), port, version)));
    String ports = "{number: 8080, name: main, protocol: HTTP}";
    servicePorts(name, endpoints.toString(), ports + ", {number: 443, name: tls, protocol: HTTPS}");
  }

  private static String endpoint(int port, String version) {
    return "  - {address: 127.0.0.1, ports: {main: %d}, labels: {version: %s}}%n"
        .formatted(port, version);
  }

  private void service(String name, String endpoints, String protocol) {
    servicePorts(name, endpoints, "{number: 8080, name: main, protocol: %s}".formatted(protocol));
  }

  private void servicePorts(String name, String endpoints, String ports) {
    write(
        "service-" + name,
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s, namespace: test}
        spec:
          hosts: [%1$s.test.svc.cluster.local]
          addresses: [240.9.0.%2$d]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [%3$s]
          endpoints:
        """
                .formatted(name, addressOf(name), ports)
            + endpoints);
  }

  private int addressOf(String name) {
    Integer known = addresses.get(name);
    if (known == null) {
      known = addresses.size() + 1;
      addresses.put(name, known);
    }
    return known;
  }

  /**
   * The VirtualService of a service; {@code http} is the YAML list below {@code http:}, indented by
   * two.
   */
  public void routes(String service, String http) {
    write(
        "routes-" + service,
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: %1$s, namespace: test}
        spec:
          hosts: [%1$s.test.svc.cluster.local]
          http:
        %2$s
        """
            .formatted(service, http.stripTrailing().indent(2)));
  }

  /** The traffic policy of a service; {@code policy} is YAML in one line, in braces. */
  public void policy(String service, String policy) {
    write(
        "policy-" + service,
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: %1$s, namespace: test}
        spec:
          host: %1$s.test.svc.cluster.local
          trafficPolicy: %2$s
        """
            .formatted(service, policy));
  }

  /**
   * A workload {@code NAME.test}, with a service account of that name.
   *
   * @param address of its machine or pod
   */
  public void workload(String name, String address) {
    write(
        "workload-" + name,
        """
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: %1$s, namespace: test}
        spec: {address: %2$s, labels: {app: %1$s}, serviceAccount: %1$s}
        """
            .formatted(name, address));
  }

  /** A service {@code NAME.test.svc.cluster.local} that the workload serves at this port. */
  public void served(String name, int targetPort) {
    served(name, targetPort, "HTTP");
  }

  /** The same of a port that speaks this protocol; empty is one that is not declared. */
  public void served(String name, int targetPort, String protocol) {
    write(
        "served-" + name,
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s, namespace: test}
        spec:
          hosts: [%1$s.test.svc.cluster.local]
          addresses: [240.9.0.%2$d]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{number: 8080, name: main, protocol: "%4$s", targetPort: %3$d}]
          workloadSelector: {labels: {app: %1$s}}
        """
            .formatted(name, addressOf(name), targetPort, protocol));
  }

  /**
   * A service {@code NAME.test.svc.cluster.local} at port 8080 whose one endpoint speaks mutual
   * TLS, as the registry has it.
   *
   * @param account the service account that the endpoint must show
   */
  public void secured(String name, int port, String account) {
    secured(name, port, account, "HTTP");
  }

  /** The same of a port that speaks this protocol. */
  public void secured(String name, int port, String account, String protocol) {
    service(
        name,
        "  - {address: 127.0.0.1, ports: {main: %d}, serviceAccount: %s}%n"
            .formatted(port, account),
        protocol);
  }

  /**
   * A service {@code *.NAME.example} without endpoints of its own: the app connects to whom its
   * resolver finds, by mutual TLS. This is how istiod describes a headless service of Kubernetes
   * whose pods all speak it.
   */
  public void headless(String name, int port, String protocol) {
    write(
        "headless-" + name,
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s, namespace: test}
        spec:
          hosts: ["*.%1$s.example"]
          location: MESH_INTERNAL
          resolution: NONE
          ports: [{number: %2$d, name: main, protocol: %3$s}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: %1$s, namespace: test}
        spec:
          host: "*.%1$s.example"
          trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}
        """
            .formatted(name, port, protocol));
  }

  /**
   * A service {@code NAME.example} at port 8080 that is in no mesh. Callers never know it without
   * its TLS.
   *
   * @param tls how it is called; YAML in one line, in braces
   */
  public void external(String name, int port, String protocol, String tls) {
    write(
        "external-" + name,
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s, namespace: test}
        spec:
          hosts: [%1$s.example]
          addresses: [240.9.0.%2$d]
          location: MESH_EXTERNAL
          resolution: STATIC
          ports: [{number: 8080, name: main, protocol: %4$s}]
          endpoints: [{address: 127.0.0.1, ports: {main: %3$d}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: %1$s, namespace: test}
        spec:
          host: %1$s.example
          trafficPolicy: {tls: %5$s}
        """
            .formatted(name, addressOf(name), port, protocol, tls));
  }

  /** The mode of mutual TLS of a workload. */
  public void mutualTls(String workload, String mode) {
    mutualTls(workload, mode, Map.of());
  }

  /**
   * The mode of mutual TLS of a workload.
   *
   * @param ports where it serves, and the modes of these
   */
  public void mutualTls(String workload, String mode, Map<Integer, String> ports) {
    String byPort =
        ports.entrySet().stream()
            .map(port -> "%d: {mode: %s}".formatted(port.getKey(), port.getValue()))
            .collect(Collectors.joining(", ", ", portLevelMtls: {", "}"));
    write(
        "peers-" + workload,
        """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: %1$s, namespace: test}
        spec: {selector: {matchLabels: {app: %1$s}}, mtls: {mode: %2$s}%3$s}
        """
            .formatted(workload, mode, ports.isEmpty() ? "" : byPort));
  }

  /** No service names what the workload serves. */
  public void notServed(String name) {
    remove("served-" + name);
  }

  /**
   * Who may ask a workload for what.
   *
   * @param name of the policy
   * @param action such as {@code DENY}
   * @param rules YAML list in one line, in brackets
   */
  public void authorization(String workload, String name, String action, String rules) {
    write(
        "access-" + name,
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: %1$s, namespace: test}
        spec: {selector: {matchLabels: {app: %2$s}}, action: %3$s, rules: %4$s}
        """
            .formatted(name, workload, action, rules));
  }

  /** Removes a policy. */
  public void noAuthorization(String name) {
    remove("access-" + name);
  }

  /** Subsets by version, named as the versions are. */
  public void subsets(String service, String... versions) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: %1$s, namespace: test}
        spec:
          host: %1$s.test.svc.cluster.local
          subsets:
        """
            .formatted(service));
    for (String version : versions) {
      yaml.append("  - {name: %1$s, labels: {version: %1$s}}%n".formatted(version));
    }
    write("subsets-" + service, yaml.toString());
  }
}
