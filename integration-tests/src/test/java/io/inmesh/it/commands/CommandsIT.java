package io.inmesh.it.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.envoyproxy.envoy.admin.v3.CertificateDetails;
import io.envoyproxy.envoy.admin.v3.Certificates;
import io.envoyproxy.envoy.admin.v3.Clusters;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.inmesh.conformance.EnvoyTypes;
import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.IstioTypes;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.life.OneCall;
import io.inmesh.it.life.Run;
import io.inmesh.it.server.JdkServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What people type to see into an agent, and to run an app of their own in the mesh. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  /**
   * Fields of {@code /certs} that Envoy does not have; istioctl passes over what it does not know.
   */
  private static final List<String> OURS = List.of("spiffe_id", "next_rotation", "problem");

  private static final String WEB = "spiffe://cluster.local/ns/test/sa/web";

  private TestMesh mesh;

  /** One without certificates, as that of somebody who begins. */
  private TestMesh clear;

  private ForkedServer app;

  @BeforeAll
  void start() throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    app =
        mesh.server(
            Jdks.running(),
            AppClassPath.ofTheTests(),
            JdkServer.class.getName(),
            "shop",
            0,
            "exclude-inbound-ports=9999",
            "plaintext-paths=7070:/health");
    clear = new TestMesh(TestMesh.repository());
    clear.folder().service("catalog", clear.upstream("catalog"));
    mesh.folder()
        .authorization(
            "shop",
            "admins",
            "DENY",
            "[{from: [{source: {principals: ['cluster.local/ns/test/sa/web']}}],"
                + " to: [{operation: {paths: ['/admin']}}]}]");
    await()
        .atMost(LONG)
        .until(() -> mesh.admin(app, "/config_dump").contains("ns[test]-policy[admins]"));
  }

  @AfterAll
  void stop() throws Exception {
    mesh.close();
    clear.close();
  }

  private static Run inmesh(String... words) throws IOException, InterruptedException {
    Path root = TestMesh.repository();
    List<String> command = new ArrayList<>();
    command.add(Jdks.running().toString());
    command.add("-Dinmesh.home=" + root);
    command.add("-jar");
    command.add(root.resolve("cli/target/inmesh-cli.jar").toString());
    command.addAll(List.of(words));
    return Run.command(command);
  }

  /** Of the app's agent. */
  private String asked(String command, String... more) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of(command, "--admin", "127.0.0.1:" + TestMesh.adminPort(app.log())));
    words.addAll(List.of(more));
    Run run = inmesh(words.toArray(String[]::new));
    assertThat(run.exit()).as(run.output()).isZero();
    return run.output();
  }

  private String inbound(String... more) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("--inbound", Integer.toString(app.port())));
    words.addAll(List.of(more));
    return asked("explain", words.toArray(String[]::new));
  }

  @Test
  void explainSaysWhatBecomesOfACaller() throws Exception {
    assertThat(inbound("/items")).contains("accepted in clear; the app gets it");
    assertThat(inbound("--peer", WEB, "/items")).contains("terminates TLS; the app gets it");
    assertThat(inbound("--peer", WEB, "/admin"))
        .contains("ns[test]-policy[admins]", "answered by the mesh: 403");
    assertThat(inbound("--peer", WEB, "--output", "json", "/admin"))
        .startsWith("{")
        .contains("\"decision\"", "403");
  }

  @Test
  void explainKnowsWhatIsLeftAlone() throws Exception {
    assertThat(asked("explain", "--inbound", "9999", "/items"))
        .contains("left alone, the app gets it: setting exclude-inbound-ports");
    mesh.folder().mutualTls("shop", "STRICT");
    try {
      await().atMost(LONG).until(() -> inbound("/items").contains("closed: "));
      assertThat(asked("explain", "--inbound", "7070", "/health"))
          .contains("the app gets it in clear, without an identity");
      assertThat(asked("explain", "--inbound", "7070", "/items")).contains("closed: ");
    } finally {
      mesh.folder().mutualTls("shop", "PERMISSIVE");
    }
  }

  @Test
  void explainSaysWhereACallGoes() throws Exception {
    assertThat(asked("explain", "-H", "x-user:me", "--method", "POST", "http://shop:8080/items"))
        .startsWith("POST http://shop:8080/items")
        .contains("cluster outbound|8080||shop.test.svc.cluster.local");
    assertThat(asked("explain", "http://nowhere.example:8080/")).contains("passed through");
  }

  @Test
  void anAgentSaysHowItIs() throws Exception {
    assertThat(asked("coverage")).contains("com.sun.net.httpserver");
    assertThat(asked("certs")).contains("spiffe://cluster.local/ns/test/sa/shop");
    assertThat(asked("certs", "--output", "json")).startsWith("{");
    assertThat(asked("unsupported", "--output", "json")).startsWith("[");
    Run nobody = inmesh("coverage", "--admin", "127.0.0.1:1");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.output()).contains("127.0.0.1:1").doesNotContain("\tat ");
  }

  /** As {@code istioctl proxy-config --file} does, but a field that is not Envoy's is an error. */
  @Test
  void theRealParserReadsWhatAnAgentSaysOfItself() {
    EnvoyTypes envoy = new EnvoyTypes();
    for (String path : List.of("/config_dump", "/config_dump?include_eds")) {
      ConfigDump dump = envoy.read(page(path), ConfigDump.newBuilder()).build();
      assertThat(dump.getConfigsList())
          .extracting(config -> config.getTypeUrl().replaceFirst(".*\\.", ""))
          .startsWith("BootstrapConfigDump", "ClustersConfigDump", "ListenersConfigDump")
          .contains("RoutesConfigDump", "SecretsConfigDump");
      assertThat(dump.getConfigsCount()).isEqualTo(path.contains("eds") ? 6 : 5);
    }
    assertThat(mesh.admin(app, "/config_dump")).contains("\"default\"", "\"ROOTCA\"");
    Clusters clusters = envoy.read(page("/clusters?format=json"), Clusters.newBuilder()).build();
    assertThat(clusters.getClusterStatusesList())
        .anySatisfy(
            cluster -> {
              assertThat(cluster.getName()).isEqualTo("outbound|8080||shop.test.svc.cluster.local");
              assertThat(cluster.getHostStatusesList())
                  .extracting(host -> host.getAddress().getSocketAddress().getPortValue())
                  .containsExactly(app.port());
            });
    JsonObject certs = page("/certs");
    OURS.forEach(certs::remove);
    CertificateDetails own =
        envoy.read(certs, Certificates.newBuilder()).build().getCertificates(0).getCertChain(0);
    assertThat(own.getSubjectAltNames(0).getUri())
        .isEqualTo("spiffe://cluster.local/ns/test/sa/shop");
  }

  private JsonObject page(String path) {
    return JsonParser.parseString(IstioTypes.replaced(mesh.admin(app, path))).getAsJsonObject();
  }

  @Test
  void anAppOfOnesOwnRunsInTheMesh() throws Exception {
    List<String> app =
        List.of(
            Jdks.running().toString(),
            "-cp",
            AppClassPath.ofTheTests(),
            OneCall.class.getName(),
            "http://catalog:8080/items");
    assertThat(run(app).output()).contains("app: 200 catalog", "workload=mine.test");
    // What starts the JVM may be a script.
    String script = "exec '" + String.join("' '", app) + "'";
    assertThat(run(List.of("sh", "-c", script)).output())
        .contains("app: 200 catalog", "workload=mine.test");
  }

  private Run run(List<String> command) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of("run", "--workload", "mine.test", "--xds", clear.controlPlane().xds(), "--"));
    words.addAll(command);
    return inmesh(words.toArray(String[]::new));
  }
}
