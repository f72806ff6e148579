package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Wire;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.server.JdkServer;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Certificates expire while the authority is away: nobody is called and nobody is answered. */
class ExpiryIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String BRIEF = "certificate-life=8s";

  @Test
  void withoutACertificateNothingGoesInOrOut() throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      String classPath = AppClassPath.ofTheTests();
      ForkedServer shop =
          mesh.server(Jdks.running(), classPath, JdkServer.class.getName(), "shop", 0, BRIEF);
      mesh.server(Jdks.running(), classPath, JdkServer.class.getName(), "lasting", 0);
      mesh.folder().mutualTls("shop", "STRICT");
      mesh.folder().mutualTls("lasting", "STRICT");
      ForkedClient web =
          mesh.client(Jdks.running(), classPath, OkClient.class.getName(), "web", BRIEF);
      ClientCall call = ClientCall.get("http://lasting:8080/items").with("Connection", "close");
      await(() -> assertThat(web.send(call).text()).isEqualTo("hello"));
      MeshCaller caller = MeshCaller.of(mesh.ca(), "web", "shop");
      await(() -> assertThat(answer(caller, shop)).isEqualTo("hello"));

      mesh.controlPlane().kill();

      await(
          () -> {
            ClientAnswer answer = web.send(call);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("no certificate (see /certs)");
          });
      await(() -> assertThatThrownBy(() -> answer(caller, shop)).isInstanceOf(IOException.class));
      try (Wire clear = Wire.plain(shop.port())) {
        clear.send(Wire.head("GET", "/items"));
        assertThat(clear.ended()).as("refused in clear").isTrue();
      }
      assertThat(mesh.admin(web, "/certs")).contains("problem").doesNotContain("spiffe_id");
      assertThat(web.log()).anyMatch(line -> line.contains("has expired"));

      mesh.restartControlPlane();

      await(() -> assertThat(web.send(call).text()).isEqualTo("hello"));
      await(() -> assertThat(answer(caller, shop)).isEqualTo("hello"));
    }
  }

  private static String answer(MeshCaller caller, ForkedServer server) throws IOException {
    try (Wire wire = caller.connect(server.port())) {
      return wire.get("/items").text();
    }
  }

  private static void await(org.awaitility.core.ThrowingRunnable check) {
    // A server without a certificate ends the handshake: that is no answer yet.
    Awaitility.await()
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(check);
  }
}
