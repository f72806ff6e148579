package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Upstream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that no module routed are counted with who made them, or refused. */
abstract class GuardContract {
  private static final String CATALOG = "catalog.test.svc.cluster.local";
  private static final String UNKNOWN = "unknown.example";
  private static final List<String> WAYS = List.of("SOCKET", "CHANNEL", "FUTURE", "HANDLER", "URL");
  private static final String CLASS_PATH =
      Arrays.stream(
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                  .split(File.pathSeparator))
          .filter(element -> element.contains("test-classes") || element.contains("testing"))
          .collect(Collectors.joining(File.pathSeparator));

  /** The JVM of the app. */
  abstract Path java();

  @Test
  void toTheMeshTheyAreCountedWithTheClassThatMadeThem(@TempDir Path folder) throws Exception {
    try (TestMesh mesh = new TestMesh(TestMesh.repository());
        ForkedClient app = start(folder, mesh, "mode=on")) {
      int port = serve(mesh);
      String url = "http://" + CATALOG + ":" + port + "/";
      routed(app, url);

      for (String way : WAYS) {
        await()
            .untilAsserted(
                () -> {
                  long before = counted(mesh, app, CATALOG + ":" + port);
                  assertThat(call(app, way, url).text()).endsWith("plain");
                  assertThat(counted(mesh, app, CATALOG + ":" + port))
                      .as(way)
                      .isEqualTo(before + 1);
                });
      }
      assertThat(mesh.admin(app, "/coverage"))
          .contains(RawClient.class.getName(), "that no module routed")
          .doesNotContain("jdk.internal");
      long before = counted(mesh, app, CATALOG + ":" + port);
      routed(app, url);
      call(app, "SOCKET", "http://127.0.0.1:" + port + "/");
      call(app, "SOCKET", "http://" + UNKNOWN + ":" + port + "/");
      assertThat(counted(mesh, app, CATALOG + ":" + port))
          .as("routed calls, loopback literals and hosts that the mesh does not know")
          .isEqualTo(before);
      assertThat(mesh.admin(app, "/coverage")).doesNotContain("127.0.0.1:" + port, UNKNOWN);
    }
  }

  @Test
  void underRegistryOnlyOnesToUnknownHostsAreRefused(@TempDir Path folder) throws Exception {
    try (TestMesh mesh =
            new TestMesh(TestMesh.repository(), "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n");
        ForkedClient app = start(folder, mesh, "exclude-outbound=*.excluded.example");
        Upstream elsewhere = Upstream.start("elsewhere")) {
      int port = serve(mesh);
      routed(app, "http://" + CATALOG + ":" + port + "/");

      for (String way : WAYS) {
        for (int to : List.of(port, elsewhere.port())) {
          await()
              .untilAsserted(
                  () ->
                      assertThat(call(app, way, "http://" + UNKNOWN + ":" + to + "/").text())
                          .as(way)
                          .contains(
                              "java.net.ConnectException: inmesh refuses",
                              UNKNOWN,
                              "BlackHole",
                              RawClient.class.getName()));
        }
      }
      assertThat(call(app, "SOCKET", "http://" + CATALOG + ":" + port + "/").text())
          .endsWith("plain");
      assertThat(call(app, "SOCKET", "http://127.0.0.1:" + elsewhere.port() + "/").text())
          .endsWith("elsewhere");
      assertThat(call(app, "SOCKET", "http://a.excluded.example:" + elsewhere.port() + "/").text())
          .endsWith("elsewhere");
      assertThat(mesh.admin(app, "/coverage")).contains("refused: BlackHoleCluster");
    }
  }

  @Test
  void whatALibraryDoesWhoseModuleIsActiveIsNotCounted(@TempDir Path folder) throws Exception {
    try (TestMesh mesh = new TestMesh(TestMesh.repository());
        ForkedClient app = start(folder, mesh, "mode=observe")) {
      int port = serve(mesh);
      String url = "http://" + CATALOG + ":" + port + "/";
      await()
          .untilAsserted(
              () -> {
                call(app, "SOCKET", url);
                assertThat(counted(mesh, app, CATALOG + ":" + port)).isPositive();
              });
      long before = counted(mesh, app, CATALOG + ":" + port);

      // Observed, not routed: it connects to where the app says.
      routed(app, url);

      assertThat(counted(mesh, app, CATALOG + ":" + port)).isEqualTo(before);
    }
  }

  @Test
  void toAnEndpointThatRequiresTlsTheyAreRefused(@TempDir Path folder) throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository());
        ForkedClient app = secured(folder, mesh, "mode=on")) {
      int port = serve(mesh, "{address: 127.0.0.1, serviceAccount: catalog}");

      areRefusedForTls(app, port);
      assertThat(mesh.admin(app, "/certs")).contains("spiffe_id");
      assertThat(mesh.admin(app, "/coverage"))
          .contains("\"destination\": \"" + CATALOG + ":" + port, "refused: ", "requires");
    }
  }

  @Test
  void toAnEndpointThatRequiresTlsTheyAreRefusedBeforeThereIsACertificate(@TempDir Path folder)
      throws Exception {
    // Bound and not listening: no authority can come to be there.
    SocketChannel away = SocketChannel.open();
    away.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (away;
        TestMesh mesh = TestMesh.secured(TestMesh.repository());
        ForkedClient app =
            secured(folder, mesh, "ca=https://127.0.0.1:" + away.socket().getLocalPort())) {
      int port = serve(mesh, "{address: 127.0.0.1, serviceAccount: catalog}");

      areRefusedForTls(app, port);
      assertThat(mesh.admin(app, "/certs")).doesNotContain("spiffe_id");
    }
  }

  private static void areRefusedForTls(ForkedClient app, int port) {
    assertThat(call(app, "SOCKET", "http://127.0.0.1:" + port + "/").text()).endsWith("plain");
    for (String way : WAYS) {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(call(app, way, "http://" + CATALOG + ":" + port + "/").text())
                      .as(way)
                      .contains(
                          "java.net.ConnectException: inmesh refuses",
                          CATALOG,
                          "requires",
                          "TLS",
                          RawClient.class.getName()));
    }
  }

  private static ClientAnswer call(ForkedClient app, String way, String url) {
    ClientCall get = ClientCall.get(url);
    return app.send(
        new ClientCall(
            way, url, List.of(), get.body(), false, get.mode(), get.protocol(), true, false, 0, 0));
  }

  /** A call through the module. */
  private static void routed(ForkedClient app, String url) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(call(app, "GET", url).text()).isEqualTo("plain"));
  }

  private static long counted(TestMesh mesh, ForkedClient app, String destination) {
    return mesh.admin(app, "/coverage")
        .lines()
        .dropWhile(line -> !line.contains("\"destination\": \"" + destination))
        .filter(line -> line.contains("\"connections\""))
        .findFirst()
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .orElse(0L);
  }

  /** A service whose port is that of its endpoint: calls past the mesh find it, too. */
  private static int serve(TestMesh mesh) throws IOException {
    return serve(mesh, "{address: 127.0.0.1}");
  }

  /** The same with this endpoint. */
  private static int serve(TestMesh mesh, String endpoint) throws IOException {
    int port = mesh.upstream("plain").port();
    mesh.folder()
        .write(
            "catalog",
            """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: catalog, namespace: test}
            spec:
              hosts: [%1$s]
              addresses: [240.9.0.1]
              location: MESH_INTERNAL
              resolution: STATIC
              ports: [{number: %2$d, name: http, protocol: HTTP}]
              endpoints: [%3$s]
            """
                .formatted(CATALOG, port, endpoint));
    return port;
  }

  private ForkedClient start(Path folder, TestMesh mesh, String setting) throws IOException {
    return start(
        folder,
        List.of(
            "-javaagent:" + mesh.agentJar(),
            "-Dinmesh.xds=http://" + mesh.controlPlane().xds(),
            "-Dinmesh.workload=app.test",
            "-Dinmesh.admin=127.0.0.1:0",
            "-Dinmesh.telemetry=off",
            "-Dinmesh." + setting));
  }

  /** An app with a service account. */
  private ForkedClient secured(Path folder, TestMesh mesh, String setting) throws IOException {
    List<String> options = new ArrayList<>(mesh.identity("app"));
    options.add("-Dinmesh." + setting);
    return start(folder, options);
  }

  private ForkedClient start(Path folder, List<String> agent) throws IOException {
    Path hosts = folder.resolve("hosts");
    Files.writeString(
        hosts,
        Stream.of(CATALOG, UNKNOWN, "a.excluded.example")
            .map(name -> "127.0.0.1 " + name + "\n")
            .collect(Collectors.joining()));
    List<String> options = new ArrayList<>(agent);
    options.add("-Djdk.net.hosts.file=" + hosts);
    ForkedClient app = new ForkedClient(java(), options, CLASS_PATH, RawClient.class.getName());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> app.log().stream().anyMatch(line -> line.contains("admin=")));
    return app;
  }
}
