package io.inmesh.it.clear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor.MethodType;
import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.Relay;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.grpc.GrpcApp;
import io.inmesh.it.server.GrpcServer;
import io.inmesh.it.server.JdkServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A service to be called by mutual TLS that takes clear text, too, and that a call reaches under
 * the same name and port without the mesh: nothing but the caller's agent keeps it out of the
 * clear. What goes there is recorded.
 */
final class Vault implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration GIVEN_UP = Duration.ofSeconds(10);
  private static final String MARKER = "nobody-else-may-read-this";

  private final TestMesh mesh;
  private final Speech speech;
  private final String host;
  private final Relay relay;
  private final Path hosts;

  /** What it speaks. */
  enum Speech {
    HTTP(JdkServer.class, 200),
    GRPC(GrpcServer.class, 0);

    private final Class<? extends LibraryServer> server;

    /** The status of an answer. */
    private final int served;

    Speech(Class<? extends LibraryServer> server, int served) {
      this.server = server;
      this.served = served;
    }
  }

  /** One that speaks HTTP. */
  Vault(TestMesh mesh, Path folder) throws IOException {
    this(mesh, folder, Speech.HTTP);
  }

  /**
   * Starts it in a secured mesh.
   *
   * @param folder for files that callers need
   */
  Vault(TestMesh mesh, Path folder, Speech speech) throws IOException {
    this.mesh = mesh;
    this.speech = speech;
    String name = "vault-of-" + speech.name().toLowerCase(Locale.ROOT);
    String keeper = "keeper-of-" + name;
    host = name + ".test.svc.cluster.local";
    ForkedServer server =
        mesh.server(Jdks.running(), AppClassPath.ofTheTests(), speech.server.getName(), keeper, 0);
    relay = Relay.to(server.port());
    hosts = Files.writeString(folder.resolve(name), "127.0.0.1 " + host + "\n");
    mesh.folder()
        .write(
            name,
            """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: %3$s, namespace: test}
            spec:
              hosts: [%1$s]
              addresses: [240.9.2.%5$d]
              location: MESH_INTERNAL
              resolution: STATIC
              ports: [{number: %2$d, name: main, protocol: %6$s}]
              endpoints: [{address: 127.0.0.1, serviceAccount: %4$s}]
            """
                .formatted(host, relay.port(), name, keeper, 1 + speech.ordinal(), speech));
  }

  /** JVM options of a caller without an agent. */
  List<String> bare() {
    return List.of("-Djdk.net.hosts.file=" + hosts);
  }

  /** JVM options of a caller under this agent. */
  List<String> under(Path agentJar) {
    List<String> options = new ArrayList<>(mesh.identity("web"));
    options.replaceAll(
        option -> option.startsWith("-javaagent:") ? "-javaagent:" + agentJar : option);
    options.addAll(bare());
    return options;
  }

  /** Waits until the agent of a caller has heard of it. */
  void awaitKnown(ForkedClient caller) {
    await("vault")
        .atMost(LONG)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(mesh.admin(caller, "/config_dump")).contains(host));
  }

  /** A call whose answer says how it came. */
  ClientCall call() {
    return speech == Speech.HTTP
        ? call("GET", MARKER)
        : GrpcApp.call(
                MethodType.UNARY, "http://" + host + ":" + relay.port() + "/test.Vault/Headers", "")
            .with("x-mark", MARKER)
            .within(GIVEN_UP.toMillis());
  }

  /** The same of HTTP in another way of the app's, and with another secret in it. */
  ClientCall call(String way, String secret) {
    ClientCall get = ClientCall.get("http://" + host + ":" + relay.port() + "/headers");
    return new ClientCall(
        way,
        get.url(),
        List.of("x-mark", secret),
        get.body(),
        false,
        get.mode(),
        get.protocol(),
        true,
        false,
        0,
        0);
  }

  /** The app was told that the call has failed. */
  void assertRefused(ClientAnswer answer) {
    boolean served = answer.failure().isEmpty() && answer.status() == speech.served;
    assertThat(served).as(answer.toString()).isFalse();
  }

  /** The call came by mutual TLS. */
  static void assertSecured(ClientAnswer answer) {
    assertThat(answer.text())
        .as(answer.toString())
        .contains("URI=spiffe://cluster.local/ns/test/sa/web");
  }

  /** The call came in clear. */
  static void assertClear(ClientAnswer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.text()).doesNotContain("URI=spiffe");
  }

  /** Nothing has come in clear so far. */
  void assertUntold() {
    assertThat(relay.seen()).doesNotContain("HTTP/", MARKER, "/headers");
  }

  /** How many connections there were so far. */
  int accepted() {
    return relay.accepted();
  }

  /** What has come so far, as it came. */
  String seen() {
    return relay.seen();
  }

  @Override
  public void close() throws IOException {
    relay.close();
  }
}
