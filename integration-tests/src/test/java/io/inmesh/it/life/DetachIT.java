package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Upstream;
import io.inmesh.instrumentation.testing.Wire;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.server.JdkServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A running process leaves the mesh, where policy does not hold it. */
class DetachIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void aServerStaysWhilePolicyNeedsTheMesh() throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      ForkedServer app =
          mesh.server(
              Jdks.running(), AppClassPath.ofTheTests(), JdkServer.class.getName(), "shop", 0);
      assertThat(detach(app.log())).contains("not detached: filter chain", "takes TLS");

      mesh.folder().mutualTls("shop", "DISABLE");
      mesh.folder()
          .authorization("shop", "items", "DENY", "[{to: [{operation: {paths: ['/items']}}]}]");
      await().atMost(LONG).untilAsserted(() -> assertThat(status(app, "/items")).isEqualTo(403));
      assertThat(detach(app.log())).contains("not detached: filter chain");

      mesh.folder().noAuthorization("items");
      await().atMost(LONG).untilAsserted(() -> assertThat(status(app, "/items")).isEqualTo(200));
      try (Wire open = Wire.plain(app.port())) {
        assertThat(open.get("/items").text()).isEqualTo("hello");
        assertThat(detach(app.log())).isEqualTo("detached\n");
        assertThat(open.get("/items").text()).isEqualTo("hello");
        assertThat(status(app, "/items")).isEqualTo(200);
      }
      await().atMost(LONG).until(() -> isGone(app.log()));
    }
  }

  @Test
  void callsOfAClientAreItsOwnFromThenOn() throws Exception {
    try (TestMesh mesh = new TestMesh(TestMesh.repository())) {
      Upstream catalog = mesh.upstream("catalog");
      mesh.folder().service("catalog", catalog);
      ForkedClient app =
          mesh.app(
              Jdks.running(), AppClassPath.ofTheTests(), JdkClient.class.getName(), "inbound=off");
      ClientCall byName = ClientCall.get("http://catalog:8080/");
      await().atMost(LONG).until(() -> app.send(byName).text().equals("catalog"));

      assertThat(detach(app.log())).isEqualTo("detached\n");
      assertThat(app.send(byName).failure()).contains("ConnectException");
      assertThat(app.send(ClientCall.get("http://127.0.0.1:" + catalog.port() + "/")).text())
          .isEqualTo("catalog");
      await().atMost(LONG).until(() -> isGone(app.log()));
    }
  }

  @Test
  void aClientStaysWhileAHostIsCalledByTls() throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      Upstream vault = mesh.upstream("vault");
      mesh.folder().secured("vault", vault.port(), "vault");
      ForkedClient app =
          mesh.client(
              Jdks.running(),
              AppClassPath.ofTheTests(),
              JdkClient.class.getName(),
              "web",
              "inbound=off");
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(detach(app.log()))
                      .startsWith("not detached: host 127.0.0.1:" + vault.port())
                      .contains("outbound|8080||vault.test.svc.cluster.local is called by TLS"));
    }
  }

  private static int status(ForkedServer app, String target) throws IOException {
    try (Wire wire = Wire.plain(app.port())) {
      return wire.get(target).status();
    }
  }

  private static String detach(List<String> log) throws IOException {
    try (Wire wire = Wire.plain(TestMesh.adminPort(log))) {
      return wire.post("/detach", new byte[0]).text();
    }
  }

  private static boolean isGone(List<String> log) {
    try (Wire wire = Wire.plain(TestMesh.adminPort(log))) {
      return wire.get("/ready").status() == 0;
    } catch (IOException gone) {
      return true;
    }
  }
}
