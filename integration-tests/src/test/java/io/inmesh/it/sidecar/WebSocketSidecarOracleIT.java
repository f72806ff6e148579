package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets between an app under the agent and an Envoy sidecar; {@code -Doracle}. */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@Execution(ExecutionMode.SAME_THREAD)
class WebSocketSidecarOracleIT {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int NORMAL_CLOSURE = 1000;
  private static final List<String> LINES =
      List.of("hello", "x".repeat(100), "y".repeat(50_000), "", "bye");

  private static ClientCall talk(String host, List<String> lines) {
    return ClientCall.post(
        "http://" + host + "/socket", String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(classes = {NettyWebSocketServer.class, TomcatWebSocketServer.class})
  void aSidecarTalksToAnAppUnderTheAgent(Class<? extends LibraryServer> kind) throws Exception {
    try (SidecarMesh mesh = new SidecarMesh();
        Sidecar sidecar =
            mesh.towards("shop", mesh.server(kind, "shop").port(), Sidecar.Manner.HTTP_1)) {
      WebSocketTalk caller = new WebSocketTalk();
      String host = "127.0.0.1:" + sidecar.port();
      await("shop")
          .atMost(LONG)
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(caller.send(talk(host, List.of("who"))).text())
                      .contains("By=spiffe://cluster.local/ns/test/sa/shop")
                      .contains("URI=spiffe://cluster.local/ns/test/sa/web"));

      assertAnswered(caller.send(talk(host, LINES)));
    }
  }

  @Test
  void anAppUnderTheAgentTalksToASidecar() throws Exception {
    try (SidecarMesh mesh = new SidecarMesh();
        ForkedServer bare = SidecarMesh.bare(NettyWebSocketServer.class);
        Sidecar sidecar = mesh.before("bare", bare.port(), Sidecar.Manner.HTTP_1)) {
      mesh.mesh().folder().secured("bare", sidecar.port(), "bare");
      ForkedClient web = mesh.client(WebSocketTalk.class, "web");
      await("bare")
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = web.send(talk("bare:8080", List.of("who")));
                assertThat(answer.text())
                    .as(answer.toString())
                    .contains("By=spiffe://cluster.local/ns/test/sa/bare")
                    .contains("URI=spiffe://cluster.local/ns/test/sa/web");
              });

      assertAnswered(web.send(talk("bare:8080", LINES)));
    }
  }

  private static void assertAnswered(ClientAnswer answer) {
    assertThat(answer.text().lines()).as(answer.toString()).containsExactlyElementsOf(LINES);
    assertThat(answer.status()).isEqualTo(NORMAL_CLOSURE);
  }
}
