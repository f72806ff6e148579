package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor.MethodType;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.it.grpc.GrpcApp;
import io.inmesh.it.server.GrpcServer;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC between an app under the agent and an Envoy sidecar; {@code -Doracle}. */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class GrpcSidecarOracleIT {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String CALLER = "URI=spiffe://cluster.local/ns/test/sa/web";

  private final LibraryClient bareClient = new GrpcApp();
  private SidecarMesh mesh;
  private ForkedServer shop;
  private ForkedServer bare;
  private Sidecar toShop;
  private Sidecar beforeBare;
  private ForkedClient web;

  private interface Calling {
    ClientAnswer call(MethodType type, String method, String body) throws Exception;
  }

  @BeforeAll
  void start() throws Exception {
    mesh = new SidecarMesh();
    shop = mesh.server(GrpcServer.class, "shop");
    mesh.mesh().folder().served("shop", shop.port(), "GRPC");
    toShop = mesh.towards("shop", shop.port(), Sidecar.Manner.HTTP_2);
    bare = SidecarMesh.bare(GrpcServer.class);
    beforeBare = mesh.before("bare", bare.port(), Sidecar.Manner.HTTP_2);
    mesh.mesh().folder().secured("bare", beforeBare.port(), "bare", "GRPC");
    web = mesh.client(GrpcApp.class, "web");
    for (Calling calling : new Calling[] {this::throughSidecarToAgent, this::fromAgentToSidecar}) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = calling.call(MethodType.UNARY, "View", "");
                assertThat(answer.text()).as(answer.message()).contains(CALLER);
              });
    }
  }

  @AfterAll
  void stop() throws Exception {
    bareClient.close();
    toShop.close();
    beforeBare.close();
    bare.close();
    mesh.close();
  }

  private ClientAnswer throughSidecarToAgent(MethodType type, String method, String body)
      throws Exception {
    return bareClient.send(
        GrpcApp.call(type, "http://127.0.0.1:" + toShop.port() + "/a.Service/" + method, body));
  }

  private ClientAnswer fromAgentToSidecar(MethodType type, String method, String body) {
    return web.send(GrpcApp.call(type, "http://bare:8080/a.Service/" + method, body));
  }

  @Test
  void anAppUnderTheAgentSeesWhoseSidecarCalls() throws Exception {
    assertThat(throughSidecarToAgent(MethodType.UNARY, "View", "").text())
        .startsWith("tls=null level=NONE")
        .contains("By=spiffe://cluster.local/ns/test/sa/shop", CALLER);
  }

  @Test
  void aSidecarKnowsTheAppUnderTheAgent() {
    assertThat(fromAgentToSidecar(MethodType.UNARY, "View", "").text())
        .contains("By=spiffe://cluster.local/ns/test/sa/bare", CALLER);
  }

  @ParameterizedTest
  @EnumSource(
      value = MethodType.class,
      names = {"UNARY", "SERVER_STREAMING", "CLIENT_STREAMING", "BIDI_STREAMING"})
  void everyKindOfCallPassesBothWays(MethodType type) throws Exception {
    boolean many = type == MethodType.CLIENT_STREAMING || type == MethodType.BIDI_STREAMING;
    String sent = String.join("\n", Collections.nCopies(many ? 500 : 1, "x".repeat(20_000)));
    for (Calling calling : new Calling[] {this::throughSidecarToAgent, this::fromAgentToSidecar}) {
      ClientAnswer answer = calling.call(type, "Echo", sent);

      assertThat(answer.status()).as(answer.message()).isZero();
      assertThat(answer.text()).isEqualTo(sent);
    }
  }
}
