package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.Relay;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.grpc.GrpcApp;
import io.inmesh.it.server.GrpcServer;
import io.inmesh.it.server.JdkServer;
import io.inmesh.it.server.NettyHttp2Server;
import io.inmesh.it.server.NettyServer;
import io.inmesh.it.server.TomcatServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever records what goes between an app under the agent and an Envoy sidecar reads no byte of
 * what they say; {@code -Doracle}.
 */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class RecordedSidecarOracleIT {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String MARKER = "nobody-else-may-read-this";

  /** What stands in heads of HTTP/1.1 and, but for what HPACK makes shorter, of HTTP/2. */
  private static final List<String> OF_HTTP =
      List.of(
          MARKER,
          "HTTP/1.1",
          "HTTP/2.0",
          "content-length",
          "content-type",
          "user-agent",
          "x-forwarded",
          "x-request-id",
          "x-envoy",
          "/echo",
          "/a.Service");

  private SidecarMesh mesh;

  private record Server(Class<? extends LibraryServer> app, Spoken spoken) {}

  private record Client(Class<? extends LibraryClient> app, Spoken spoken) {}

  static Stream<Server> servers() {
    return Stream.of(
        new Server(JdkServer.class, Spoken.HTTP_1),
        new Server(NettyServer.class, Spoken.HTTP_1),
        new Server(NettyHttp2Server.class, Spoken.HTTP_2),
        new Server(TomcatServer.class, Spoken.HTTP_1),
        new Server(TomcatServer.class, Spoken.HTTP_2),
        new Server(GrpcServer.class, Spoken.GRPC));
  }

  static Stream<Client> clients() {
    return Stream.of(
        new Client(JdkClient.class, Spoken.HTTP_1),
        new Client(JdkClient.class, Spoken.HTTP_2),
        new Client(OkClient.class, Spoken.HTTP_1),
        new Client(GrpcApp.class, Spoken.GRPC));
  }

  @BeforeAll
  void start() throws Exception {
    mesh = new SidecarMesh();
  }

  @AfterAll
  void stop() throws Exception {
    mesh.close();
  }

  private static ClientCall marked(Spoken spoken, String host) {
    return spoken.echo(host, MARKER).with("x-mark", MARKER);
  }

  private static void assertSecret(Relay relay) {
    assertThat(relay.seen().length()).as("bytes on the way").isGreaterThan(1_000);
    // Of ALPN's names, which a ClientHello shows, none is spelled like these.
    assertThat(relay.seen()).doesNotContain(OF_HTTP);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aSidecarCallsAnAppUnderTheAgent(Server server) throws Exception {
    String name =
        "server-" + server.app.getSimpleName().toLowerCase(Locale.ROOT) + server.spoken.ordinal();
    try (ForkedServer shop = mesh.server(server.app, name)) {
      mesh.mesh().folder().served(name, shop.port(), server.spoken.protocol());
      try (Relay relay = Relay.to(shop.port());
          Sidecar sidecar = mesh.towards(name, relay.port(), server.spoken.manner());
          LibraryClient caller = server.spoken.bareClient()) {
        ClientCall call = marked(server.spoken, "127.0.0.1:" + sidecar.port());
        await(name)
            .atMost(LONG)
            .untilAsserted(() -> assertThat(caller.send(call).text()).isEqualTo(MARKER));

        assertSecret(relay);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anAppUnderTheAgentCallsASidecar(Client client) throws Exception {
    String name =
        "client-" + client.app.getSimpleName().toLowerCase(Locale.ROOT) + client.spoken.ordinal();
    try (ForkedServer bare = SidecarMesh.bare(client.spoken.server());
        Sidecar sidecar = mesh.before(name, bare.port(), client.spoken.manner());
        Relay relay = Relay.to(sidecar.port());
        ForkedClient web = mesh.client(client.app, "web")) {
      mesh.mesh().folder().secured(name, relay.port(), name, client.spoken.protocol());
      await(name)
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = web.send(marked(client.spoken, name + ":8080"));
                assertThat(answer.text()).as(answer.toString()).isEqualTo(MARKER);
              });

      assertSecret(relay);
    }
  }

  @Test
  void theRelayReadsWhatGoesInClear() throws Exception {
    try (ForkedServer bare = SidecarMesh.bare(TomcatServer.class);
        Relay relay = Relay.to(bare.port())) {
      assertThat(new OkClient().send(marked(Spoken.HTTP_1, "127.0.0.1:" + relay.port())).text())
          .isEqualTo(MARKER);

      assertThat(relay.seen().toLowerCase(Locale.ROOT))
          .contains(MARKER, "http/1.1", "content-length");
    }
  }
}
