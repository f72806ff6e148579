package io.inmesh.control.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inmesh.control.client.transport.ControlPlaneAddress;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connection to the control plane: addresses, tokens, orderly and disorderly ends. */
class TransportTest {
  private static void smallMesh(FakeControlPlane plane) {
    plane
        .with(Mesh.clusterName("cart"), Mesh.cluster("cart"), "1")
        .with("0.0.0.0_8080", Mesh.listener(8080), "1")
        .with("8080", Mesh.routes(8080, "cart"), "1");
  }

  @Test
  void addressesAreReadFromUrls() {
    assertThat(ControlPlaneAddress.parse("http://localhost:15010", null, null).tls()).isFalse();
    ControlPlaneAddress v6 = ControlPlaneAddress.parse("https://[::1]:15012", null, null);
    assertThat(v6.tls()).isTrue();
    assertThat(v6.host()).isEqualTo("::1");
    assertThat(v6.toString()).isEqualTo("https://[::1]:15012");
    assertThatThrownBy(() -> ControlPlaneAddress.parse("istiod:15010", null, null))
        .hasMessageContaining("http://HOST:PORT");
    assertThatThrownBy(() -> ControlPlaneAddress.parse("http://istiod", null, null))
        .hasMessageContaining("port is missing");
  }

  @Test
  void theTokenIsReadAnewForEachStream(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, "first\n");
    try (FakeControlPlane plane = new FakeControlPlane()) {
      smallMesh(plane);
      ControlPlaneAddress address =
          ControlPlaneAddress.parse("http://127.0.0.1:" + plane.port(), null, file);
      try (Client client = new Client(address, AdsSettings.of(Client.NODE))) {
        await().until(() -> client.newest() != null);
        Files.writeString(file, "second\n");
        plane.stream().end();
        await().until(() -> plane.tokens().size() == 2);
        assertThat(plane.tokens()).containsExactly("Bearer first", "Bearer second");
      }
    }
  }

  @Test
  void anAnnouncedEndOfTheConnectionIsAnsweredWithANewOne() {
    try (FakeControlPlane plane =
        new FakeControlPlane(
            io.grpc.netty.NettyServerBuilder.forAddress(FakeControlPlane.loopback(0))
                .maxConnectionAge(700, java.util.concurrent.TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(60, java.util.concurrent.TimeUnit.SECONDS))) {
      smallMesh(plane);
      try (Client client = new Client("http://127.0.0.1:" + plane.port())) {
        await().until(() -> plane.streams().size() >= 3);
        assertThat(Objects.requireNonNull(client.newest()).clusters()).hasSize(1);
        assertThat(client.log()).noneMatch(l -> l.contains("trying again"));
      }
    }
  }

  @Test
  void aServerThatIsNoControlPlaneBreaksNothing() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread talker =
          new Thread(
              () -> {
                while (!server.isClosed()) {
                  try (Socket socket = server.accept();
                      OutputStream out = socket.getOutputStream()) {
                    out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                  } catch (java.io.IOException e) {
                    return;
                  }
                }
              });
      talker.start();
      try (Client client = new Client("http://127.0.0.1:" + server.getLocalPort())) {
        await().until(() -> client.log().stream().anyMatch(l -> l.contains("trying again")));
        assertThat(client.status().connected()).isFalse();
        assertThat(client.status().lastEnd()).isNotEmpty();
        await().until(() -> client.status().reconnects() >= 0);
      }
      server.close();
      talker.join();
    }
  }

  @Test
  void aMissingRootIsSaidByName(@TempDir Path folder) {
    ControlPlaneAddress address =
        ControlPlaneAddress.parse("https://127.0.0.1:1", folder.resolve("root.pem"), null);
    try (Client client = new Client(address, AdsSettings.of(Client.NODE))) {
      await().until(() -> !client.log().isEmpty());
      assertThat(client.log().get(0)).contains("root.pem does not exist", "root-ca");
    }
  }

  @Test
  void theThreadIsADaemonAndEndsWithTheClient() {
    Client client = new Client("http://127.0.0.1:1");
    await().until(() -> thread() != null);
    assertThat(Objects.requireNonNull(thread()).isDaemon()).isTrue();
    client.close();
    await().until(() -> thread() == null);
  }

  private static @org.jspecify.annotations.Nullable Thread thread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("inmesh-io"))
        .findAny()
        .orElse(null);
  }
}
