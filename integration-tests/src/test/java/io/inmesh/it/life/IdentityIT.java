package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.testing.ControlPlaneProcess;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent gets its configuration and its certificate over TLS from our own control plane. */
class IdentityIT {
  private static final Path REPOSITORY = TestMesh.repository();

  @Test
  void aWorkloadWithATokenHasACertificate(@TempDir Path folder) throws Exception {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(
        config.resolve("cart.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: cart, namespace: shop}
        spec: {address: 127.0.0.1, serviceAccount: cart}
        """);
    Path mesh = Files.writeString(folder.resolve("mesh.yaml"), "trustDomain: cluster.local\n");
    try (ControlPlaneProcess plane =
        new ControlPlaneProcess(
            Jdks.running(),
            REPOSITORY.resolve("control-plane/target/inmesh-control-plane.jar"),
            config,
            mesh,
            "127.0.0.1:0",
            "--secure",
            "127.0.0.1:0",
            "--ca-dir",
            folder.resolve("ca").toString(),
            "--tokens",
            folder.resolve("tokens").toString())) {
      String admin = "127.0.0.1:" + freePort();
      Run run =
          Run.of(
              List.of(
                  "-javaagent:" + REPOSITORY.resolve("agent/target/inmesh-agent.jar"),
                  "-Dinmesh.xds=https://" + plane.secure().orElseThrow(),
                  "-Dinmesh.workload=cart.shop",
                  "-Dinmesh.service-account=cart",
                  "-Dinmesh.root-ca=" + folder.resolve("ca/root-cert.pem"),
                  "-Dinmesh.token-file=" + folder.resolve("tokens/shop.cart.jwt"),
                  "-Dinmesh.admin=" + admin,
                  "-Dinmesh.telemetry=off"),
              OwnCertificate.class,
              "http://" + admin + "/certs");

      assertThat(run.output())
          .contains("spiffe://cluster.local/ns/shop/sa/cart", "next_rotation", "cert_chain")
          .doesNotContain("PRIVATE", "problem");
      assertThat(plane.log())
          .anyMatch(
              line -> line.contains("certificate for spiffe://cluster.local/ns/shop/sa/cart to "));
    }
  }

  @Test
  void aWorkloadApiOnAUnixSocketTakesThePlaceOfTheAuthority(@TempDir Path folder) throws Exception {
    String id = "spiffe://example.org/shop/cart";
    TestCa.Signed signed =
        TestCa.stranger().sign(Instant.now().minusSeconds(60), Instant.now().plusSeconds(3600), id);
    Path socket = folder.resolve("api.sock");
    String admin = "127.0.0.1:" + freePort();
    try (WorkloadApi api = new WorkloadApi(socket, id, signed)) {
      Run run =
          Run.of(
              List.of(
                  "-javaagent:" + REPOSITORY.resolve("agent/target/inmesh-agent.jar"),
                  "-Dinmesh.xds=http://127.0.0.1:" + freePort(),
                  "-Dinmesh.spiffe-endpoint-socket=unix://" + socket,
                  "-Dinmesh.startup=passthrough",
                  "-Dinmesh.admin=" + admin,
                  "-Dinmesh.telemetry=off"),
              OwnCertificate.class,
              "http://" + admin + "/certs");

      assertThat(run.output())
          .contains("\"spiffe_id\"", id, "cert_chain", "ca_cert")
          .doesNotContain("PRIVATE", "problem");
      assertThat(api).isNotNull();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
