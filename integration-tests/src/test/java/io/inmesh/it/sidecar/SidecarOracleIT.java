package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Upstream;
import io.inmesh.instrumentation.testing.Wire;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.server.JdkServer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An app under the agent, called by an Envoy sidecar and calling one; {@code -Doracle}. */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class SidecarOracleIT {
  private static final Duration LONG = Duration.ofSeconds(20);

  private SidecarMesh mesh;
  private ForkedServer shop;
  private ForkedClient web;

  @BeforeAll
  void start() throws Exception {
    mesh = new SidecarMesh();
    shop = mesh.server(JdkServer.class, "shop");
    web = mesh.client(JdkClient.class, "web");
  }

  @AfterAll
  void stop() throws Exception {
    mesh.close();
  }

  private static byte[] big() {
    byte[] body = new byte[10_000_000];
    new Random(1).nextBytes(body);
    return body;
  }

  @Test
  void aSidecarCallsAnAppUnderTheAgent() throws Exception {
    try (Sidecar sidecar = mesh.towards("shop", shop.port(), Sidecar.Manner.HTTP_1);
        Wire wire = Wire.plain(sidecar.port())) {
      assertThat(wire.get("/items").text()).isEqualTo("hello");
      assertThat(wire.post("/echo", big()).body()).isEqualTo(big());
    }
  }

  @Test
  void anAppUnderTheAgentCallsASidecar() throws Exception {
    try (Upstream bare = Upstream.start("bare");
        Sidecar sidecar = mesh.before("bare", bare.port(), Sidecar.Manner.HTTP_1)) {
      mesh.mesh().folder().secured("bare", sidecar.port(), "bare");
      await("bare")
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = web.send(ClientCall.get("http://bare:8080/items"));
                assertThat(answer.text()).as(answer.toString()).isEqualTo("bare");
              });
      bare.always(Upstream.Reply.body(big()));
      ClientAnswer answer = web.send(ClientCall.post("http://bare:8080/big", big()));

      assertThat(answer.body()).isEqualTo(big());
      Upstream.Seen seen = bare.seen().get(bare.seen().size() - 1);
      assertThat(seen.body()).isEqualTo(big());
      assertThat(seen.header("x-forwarded-client-cert"))
          .contains("By=spiffe://cluster.local/ns/test/sa/bare")
          .contains("URI=spiffe://cluster.local/ns/test/sa/web");
      assertThat(seen.header("x-forwarded-proto")).isEqualTo("http");
    }
  }
}
