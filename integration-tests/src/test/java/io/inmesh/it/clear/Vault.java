package io.inmesh.it.clear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.Relay;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.server.JdkServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A service to be called by mutual TLS that takes clear text, too, and that a call reaches under
 * the same name and port without the mesh: nothing but the caller's agent keeps it out of the
 * clear. What goes there is recorded.
 */
final class Vault implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String HOST = "vault.test.svc.cluster.local";
  private static final String MARKER = "nobody-else-may-read-this";

  private final TestMesh mesh;
  private final Relay relay;
  private final Path hosts;

  /**
   * Starts it in a secured mesh.
   *
   * @param folder for files that callers need
   */
  Vault(TestMesh mesh, Path folder) throws IOException {
    this.mesh = mesh;
    ForkedServer server =
        mesh.server(
            Jdks.running(), AppClassPath.ofTheTests(), JdkServer.class.getName(), "safe", 0);
    relay = Relay.to(server.port());
    hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 " + HOST + "\n");
    mesh.folder()
        .write(
            "vault",
            """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: vault, namespace: test}
            spec:
              hosts: [%1$s]
              addresses: [240.9.2.1]
              location: MESH_INTERNAL
              resolution: STATIC
              ports: [{number: %2$d, name: main, protocol: HTTP}]
              endpoints: [{address: 127.0.0.1, serviceAccount: safe}]
            """
                .formatted(HOST, relay.port()));
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
        .untilAsserted(() -> assertThat(mesh.admin(caller, "/config_dump")).contains(HOST));
  }

  /** A call whose answer says how it came. */
  ClientCall call() {
    return call("GET", MARKER);
  }

  /** The same in another way of the app's, and with another secret in it. */
  ClientCall call(String way, String secret) {
    ClientCall get = ClientCall.get("http://" + HOST + ":" + relay.port() + "/headers");
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
    assertThat(relay.seen()).doesNotContain("HTTP/1.1", MARKER, "/headers");
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
