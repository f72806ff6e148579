package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A mesh whose control plane signs certificates: a client and two servers, and many services. */
final class SecuredMesh implements AutoCloseable {
  private static final long TOKEN_MILLIS = 60_000;
  private static final int PAUSE_MILLIS = 20;

  private final ControlPlane plane;
  private final Path folder;

  private SecuredMesh(ControlPlane plane, Path folder) {
    this.plane = plane;
    this.folder = folder;
  }

  /**
   * Starts it.
   *
   * @param folder for its files
   * @param strictPort of {@code target}, which demands mutual TLS
   * @param permissivePort of {@code open}, which takes plaintext too
   */
  static SecuredMesh start(Programs programs, Path folder, int strictPort, int permissivePort) {
    StringBuilder yaml = new StringBuilder();
    workload(yaml, "client");
    server(yaml, "target", 0, strictPort, "STRICT");
    server(yaml, "open", 1, permissivePort, "PERMISSIVE");
    Services.appendOthers(yaml, Plan.CLUSTERS, strictPort);
    Path config = folder.resolve("mesh");
    Services.write(config.resolve("mesh.yaml"), yaml);
    return new SecuredMesh(
        ControlPlane.start(
            programs,
            config,
            "--secure",
            "127.0.0.1:0",
            "--ca-dir",
            ca(folder).toString(),
            "--tokens",
            tokens(folder).toString()),
        folder);
  }

  private static void server(
      StringBuilder yaml, String name, int index, int port, String mutualTls) {
    workload(yaml, name);
    yaml.append(
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s, namespace: bench}
        spec:
          hosts: [%2$s]
          addresses: [240.2.0.%3$d]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{number: %4$d, name: http, protocol: HTTP, targetPort: %5$d}]
          workloadSelector: {labels: {app: %1$s}}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: %1$s, namespace: bench}
        spec: {selector: {matchLabels: {app: %1$s}}, mtls: {mode: %6$s}}
        ---
        """
            .formatted(name, Services.host(name), index + 1, Services.PORT, port, mutualTls));
  }

  private static void workload(StringBuilder yaml, String name) {
    yaml.append(
        """
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: %1$s, namespace: bench}
        spec: {address: 127.0.0.1, labels: {app: %1$s}, serviceAccount: %1$s}
        ---
        """
            .formatted(name));
  }

  /** Settings of an agent that is this workload. */
  List<String> settings(String workload) {
    return List.of(
        "xds=https://" + plane.secure().orElseThrow(),
        "root-ca=" + ca(folder).resolve("root-cert.pem"),
        "token-file=" + token(workload),
        "workload=" + workload + ".bench",
        "service-account=" + workload,
        "labels=app=" + workload,
        // A busy machine is no control plane that is away.
        "startup=wait=60s");
  }

  private Path token(String account) {
    Path token = tokens(folder).resolve("bench." + account + ".jwt");
    long end = System.nanoTime() + TOKEN_MILLIS * 1_000_000;
    while (!Files.exists(token)) {
      if (System.nanoTime() - end >= 0) {
        throw new Failure("the control plane has not written " + token);
      }
      pause();
    }
    return token;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while the control plane started", e);
    }
  }

  private static Path ca(Path folder) {
    return folder.resolve("ca");
  }

  private static Path tokens(Path folder) {
    return folder.resolve("tokens");
  }

  @Override
  public void close() {
    plane.close();
  }
}
