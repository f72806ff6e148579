package io.inmesh.it.clear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Wire;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.grpc.GrpcApp;
import io.inmesh.it.server.GrpcServer;
import io.inmesh.it.server.JdkServer;
import io.inmesh.it.server.NettyServer;
import io.inmesh.it.server.TomcatServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A workload that nobody has given a certificate and roots yet calls nobody and answers nobody. */
@TestInstance(Lifecycle.PER_CLASS)
class NoIdentityIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  private TestMesh mesh;
  private Path folder;
  private Vault http;
  private @Nullable Vault grpc;

  /** Takes connections and never says a word. */
  private ServerSocket silent;

  private int servers;

  /** Why there is no identity. */
  private enum Authority {
    OFF,
    SILENT
  }

  @BeforeAll
  void start(@TempDir Path made) throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    folder = made;
    http = new Vault(mesh, folder);
    silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterAll
  void stop() throws Exception {
    http.close();
    if (grpc != null) {
      grpc.close();
    }
    mesh.close();
    silent.close();
  }

  /** Started when somebody needs it, which in the normal run is nobody. */
  private Vault grpc() throws IOException {
    if (grpc == null) {
      grpc = new Vault(mesh, folder, Vault.Speech.GRPC);
    }
    return grpc;
  }

  private String setting(Authority authority) {
    return "ca="
        + (authority == Authority.OFF ? "off" : "https://127.0.0.1:" + silent.getLocalPort());
  }

  private static Stream<Arguments> each(List<Class<?>> apps) {
    return apps.stream()
        .flatMap(app -> Stream.of(Authority.values()).map(why -> Arguments.of(app, why)));
  }

  static Stream<Arguments> clients() {
    return each(List.of(JdkClient.class, OkClient.class, GrpcApp.class));
  }

  static Stream<Arguments> servers() {
    return each(List.of(JdkServer.class, TomcatServer.class, NettyServer.class, GrpcServer.class));
  }

  @Test
  void nobodyIsCalled() throws Exception {
    assertThatNobodyIsCalled(JdkClient.class, Authority.SILENT);
  }

  @Tag("matrix")
  @ParameterizedTest
  @MethodSource("clients")
  void byWhateverLibrary(Class<? extends LibraryClient> client, Authority authority)
      throws Exception {
    assertThatNobodyIsCalled(client, authority);
  }

  private void assertThatNobodyIsCalled(Class<? extends LibraryClient> client, Authority authority)
      throws Exception {
    Vault vault = client == GrpcApp.class ? grpc() : http;
    int before = vault.accepted();
    List<String> options = new ArrayList<>(vault.under(mesh.agentJar()));
    options.add("-Dinmesh." + setting(authority));
    try (ForkedClient app =
        new ForkedClient(Jdks.running(), options, AppClassPath.ofTheTests(), client.getName())) {
      vault.awaitKnown(app);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = app.send(vault.call());
                vault.assertRefused(answer);
                assertThat(answer.text() + answer.message())
                    .contains("reset reason: remote connection failure, transport failure reason: ")
                    .contains("mutual TLS is required and this workload has no certificate");
              });
      assertThat(vault.accepted()).isEqualTo(before);
      assertThat(mesh.admin(app, "/certs")).doesNotContain("spiffe_id");
    }
  }

  @Test
  void nobodyIsAnswered() throws Exception {
    assertThatNobodyIsAnswered(JdkServer.class, Authority.SILENT);
  }

  @Tag("matrix")
  @ParameterizedTest
  @MethodSource("servers")
  void byWhateverServer(Class<? extends LibraryServer> server, Authority authority)
      throws Exception {
    assertThatNobodyIsAnswered(server, authority);
  }

  private void assertThatNobodyIsAnswered(
      Class<? extends LibraryServer> server, Authority authority) throws Exception {
    String name = "shop" + servers++;
    mesh.folder().mutualTls(name, "STRICT");
    try (ForkedServer app =
        mesh.unconfigured(
            Jdks.running(),
            AppClassPath.ofTheTests(),
            server.getName(),
            name,
            0,
            setting(authority),
            "startup=wait=3s")) {
      await(name)
          .atMost(LONG)
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(mesh.admin(app, "/config_dump")).contains("0.0.0.0_" + app.port()));
      try (Wire clear = Wire.plain(app.port())) {
        assertThat(clear.isRefused("/items")).as("in clear").isTrue();
      }
      MeshCaller caller = MeshCaller.of(mesh.ca(), "web", name);
      assertThat(catchThrowable(() -> caller.connect(app.port())))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
      assertThat(app.seen()).isZero();
    }
  }
}
