package io.inmesh.benchmarks.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The services of the measured mesh: the target, the app itself, and many that nobody calls. */
final class Services {
  /** Port of each in the mesh; nothing listens there. */
  static final int PORT = 8080;

  private Services() {}

  /** The name of the service that runs on the given port. */
  static String host(String service) {
    return service + ".bench.svc.cluster.local";
  }

  /** The URL that a program in the mesh uses. */
  static String url(String service, int port) {
    return "http://" + host(service) + ":" + port + "/items";
  }

  /**
   * Writes the folder of the control plane.
   *
   * @param count services in all
   * @param targetPort where the server under load listens
   * @param selfPort where the bare main listens
   */
  static void writeYaml(Path folder, int count, int targetPort, int selfPort) {
    StringBuilder yaml = new StringBuilder();
    append(yaml, "target", 0, targetPort);
    append(yaml, "self", 1, selfPort);
    appendOthers(yaml, count, targetPort);
    write(folder.resolve("services.yaml"), yaml);
  }

  /** Services that fill the mesh up to a number. */
  static void appendOthers(StringBuilder yaml, int count, int port) {
    for (int i = 2; i < count; i++) {
      append(yaml, "other-" + i, i, port);
    }
  }

  /** Writes a file of a control plane's folder. */
  static void write(Path file, StringBuilder yaml) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(StringBuilder yaml, String service, int index, int port) {
    yaml.append(
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %s, namespace: bench}
        spec:
          hosts: [%s]
          addresses: [240.2.%d.%d]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{number: %d, name: http, protocol: HTTP}]
          endpoints:
          - {address: 127.0.0.1, ports: {http: %d}}
        ---
        """
            .formatted(service, host(service), index / 250, index % 250 + 1, PORT, port));
  }

  /** Writes a file for {@code -Djdk.net.hosts.file}, so that the names resolve without a mesh. */
  static void writeHosts(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "127.0.0.1 " + host("target") + " " + host("self") + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
