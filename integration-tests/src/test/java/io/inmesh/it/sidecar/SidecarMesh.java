package io.inmesh.it.sidecar;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A mesh in which some workloads are apps under the agent and some have a sidecar. */
final class SidecarMesh implements AutoCloseable {
  private final TestMesh mesh = TestMesh.secured(TestMesh.repository());

  SidecarMesh() throws IOException {}

  TestMesh mesh() {
    return mesh;
  }

  /** A certificate of the mesh for a workload. */
  TestCa.Signed certificate(String account) throws IOException {
    return mesh.ca().sign("cluster.local", account, Instant.now().plus(Duration.ofHours(1)));
  }

  /** A server under the agent that takes mutual TLS alone, as the workload and service NAME. */
  ForkedServer server(Class<? extends LibraryServer> kind, String name, String... settings)
      throws IOException {
    ForkedServer server =
        mesh.server(Jdks.running(), AppClassPath.ofTheTests(), kind.getName(), name, 0, settings);
    mesh.folder().mutualTls(name, "STRICT");
    return server;
  }

  /** A server without an agent. */
  static ForkedServer bare(Class<? extends LibraryServer> kind) throws IOException {
    return new ForkedServer(
        Jdks.running(), List.of(), AppClassPath.ofTheTests(), kind.getName(), 0);
  }

  /** A client under the agent, as the workload NAME. */
  ForkedClient client(Class<? extends LibraryClient> kind, String name, String... settings)
      throws IOException {
    return mesh.client(Jdks.running(), AppClassPath.ofTheTests(), kind.getName(), name, settings);
  }

  /** How a sidecar of the workload {@code web} calls the service NAME. */
  Sidecar.Terms calling(String name) throws IOException {
    return Sidecar.Terms.of(
        mesh.ca(), certificate("web"), Sidecar.Terms.only("cluster.local", name));
  }

  /** How a sidecar of the workload NAME is called. */
  Sidecar.Terms serving(String name) throws IOException {
    return Sidecar.Terms.of(mesh.ca(), certificate(name), Sidecar.Terms.anyOf("cluster.local"));
  }

  /** The sidecar of the workload {@code web}, which calls a service at this port. */
  Sidecar towards(String service, int port, Sidecar.Manner manner)
      throws IOException, InterruptedException {
    return Sidecar.outbound(calling(service), port, service, manner);
  }

  /** The sidecar of a workload that serves at this port. */
  Sidecar before(String workload, int port, Sidecar.Manner manner)
      throws IOException, InterruptedException {
    return Sidecar.inbound(serving(workload), port, manner);
  }

  @Override
  public void close() throws Exception {
    mesh.close();
  }
}
