package io.inmesh.it.clear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.life.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that fails where it should secure a call: the call fails, and not the secret. */
@Tag("matrix")
@TestInstance(Lifecycle.PER_CLASS)
class BrokenAgentIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String HOSTS = "io.inmesh.agent.identity.LabelledHosts";
  private static final String LABELLED = "Lio/inmesh/instrumentation/api/LabelledHost;";

  private TestMesh mesh;
  private Vault vault;

  static Stream<Fault> faults() {
    return Stream.of(
        attempt(JdkClient.class),
        attempt(OkClient.class),
        // OkHttp connects with what the attempt has found, by no name.
        new Fault(JdkClient.class, HOSTS, "of", "(Ljava/lang/String;)" + LABELLED),
        handshake(JdkClient.class),
        handshake(OkClient.class));
  }

  private static Fault attempt(Class<? extends LibraryClient> client) {
    return new Fault(
        client, HOSTS, "of", "(Lio/inmesh/engine/cluster/Host;Ljava/lang/String;)" + LABELLED);
  }

  private static Fault handshake(Class<? extends LibraryClient> client) {
    return new Fault(
        client,
        "io.inmesh.tls.ClientTls",
        "parameters",
        "(Ljava/util/List;)Ljavax/net/ssl/SSLParameters;");
  }

  static Stream<Fault> gaps() {
    return Stream.concat(
        Stream.of("ConnectAdvice", "TlsAdvice", "HopAdvice", "Hop")
            .map(type -> Fault.missing(JdkClient.class, "jdkhttpclient." + type)),
        Stream.of("ConnectAdvice", "ChainAdvice", "MeshInterceptor", "LayeringFactory")
            .map(type -> Fault.missing(OkClient.class, "okhttp." + type)));
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    vault = new Vault(mesh, folder);
  }

  @AfterAll
  void stop() throws Exception {
    vault.close();
    mesh.close();
  }

  private ForkedClient startUnder(Path agent, Class<?> client) throws Exception {
    ForkedClient app =
        new ForkedClient(
            Jdks.running(), vault.under(agent), AppClassPath.ofTheTests(), client.getName());
    vault.awaitKnown(app);
    return app;
  }

  @ParameterizedTest
  @ValueSource(classes = {JdkClient.class, OkClient.class})
  void aSoundAgentSecuresTheCall(Class<? extends LibraryClient> client) throws Exception {
    try (ForkedClient app = startUnder(mesh.agentJar(), client)) {
      await().atMost(LONG).untilAsserted(() -> Vault.assertSecured(app.send(vault.call())));
      vault.assertUntold();
    }
  }

  @ParameterizedTest
  @MethodSource({"faults", "gaps"})
  void aBrokenOneRefusesIt(Fault fault, @TempDir Path folder) throws Exception {
    try (ForkedClient app = startUnder(fault.jar(folder), fault.app())) {
      for (int i = 0; i < 3; i++) {
        ClientAnswer answer = app.send(vault.call());
        assertThat(answer.status()).as(answer.toString()).isNotEqualTo(200);
        vault.assertUntold();
      }
    }
  }
}
