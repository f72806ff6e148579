package io.inmesh.it.clear;

import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.grpc.GrpcApp;
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
  private Vault http;
  private Vault grpc;

  static Stream<Fault> faults() {
    return Stream.of(
        attempt(JdkClient.class),
        attempt(OkClient.class),
        attempt(GrpcApp.class),
        // OkHttp connects with what the attempt has found, by no name.
        new Fault(JdkClient.class, HOSTS, "of", "(Ljava/lang/String;)" + LABELLED),
        handshake(JdkClient.class),
        handshake(OkClient.class),
        handshake(GrpcApp.class));
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
    return Stream.of(
            missing(
                JdkClient.class,
                "jdkhttpclient.",
                "ConnectAdvice",
                "TlsAdvice",
                "HopAdvice",
                "Hop"),
            missing(
                OkClient.class,
                "okhttp.",
                "ConnectAdvice",
                "ChainAdvice",
                "MeshInterceptor",
                "LayeringFactory"),
            missing(
                GrpcApp.class,
                "grpc.",
                "ChannelAdvice",
                "MeshInterceptor",
                "MeshHelper",
                "LabelledSubchannel"),
            missing(GrpcApp.class, "netty.", "ConnectAdvice", "ClientHandshake", "TlsHandler"))
        .flatMap(faults -> faults);
  }

  private static Stream<Fault> missing(
      Class<? extends LibraryClient> client, String folder, String... types) {
    return Stream.of(types).map(type -> Fault.missing(client, folder + type));
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    http = new Vault(mesh, folder);
    grpc = new Vault(mesh, folder, Vault.Speech.GRPC);
  }

  /** The one that such a client calls. */
  private Vault vaultOf(Class<?> client) {
    return client == GrpcApp.class ? grpc : http;
  }

  @AfterAll
  void stop() throws Exception {
    http.close();
    grpc.close();
    mesh.close();
  }

  private ForkedClient startUnder(Path agent, Class<?> client) throws Exception {
    Vault vault = vaultOf(client);
    ForkedClient app =
        new ForkedClient(
            Jdks.running(), vault.under(agent), AppClassPath.ofTheTests(), client.getName());
    vault.awaitKnown(app);
    return app;
  }

  @ParameterizedTest
  @ValueSource(classes = {JdkClient.class, OkClient.class, GrpcApp.class})
  void aSoundAgentSecuresTheCall(Class<? extends LibraryClient> client) throws Exception {
    Vault vault = vaultOf(client);
    try (ForkedClient app = startUnder(mesh.agentJar(), client)) {
      await().atMost(LONG).untilAsserted(() -> Vault.assertSecured(app.send(vault.call())));
      vault.assertUntold();
    }
  }

  @ParameterizedTest
  @MethodSource({"faults", "gaps"})
  void aBrokenOneRefusesIt(Fault fault, @TempDir Path folder) throws Exception {
    Vault vault = vaultOf(fault.app());
    try (ForkedClient app = startUnder(fault.jar(folder), fault.app())) {
      for (int i = 0; i < 3; i++) {
        vault.assertRefused(app.send(vault.call()));
        vault.assertUntold();
      }
    }
  }
}
