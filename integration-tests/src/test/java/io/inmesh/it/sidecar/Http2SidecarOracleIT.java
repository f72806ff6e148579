package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ClientCall.Mode;
import io.inmesh.instrumentation.testing.ClientCall.Protocol;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Wire;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.server.TomcatServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** HTTP/2 between an app under the agent and an Envoy sidecar; {@code -Doracle}. */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@TestInstance(Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class Http2SidecarOracleIT {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int BIG = 10_000_000;
  private static final int AT_ONCE = 20;

  private SidecarMesh mesh;
  private ForkedServer shop;
  private ForkedServer bare;
  private Sidecar toShop;
  private Sidecar beforeBare;
  private ForkedClient web;

  @BeforeAll
  void start() throws Exception {
    mesh = new SidecarMesh();
    shop = mesh.server(TomcatServer.class, "shop");
    toShop = mesh.towards("shop", shop.port(), Sidecar.Manner.HTTP_2);
    bare = SidecarMesh.bare(TomcatServer.class);
    beforeBare = mesh.before("bare", bare.port(), Sidecar.Manner.HTTP_2);
    mesh.mesh().folder().secured("bare", beforeBare.port(), "bare", "HTTP2");
    web = mesh.client(JdkClient.class, "web");
    await("bare")
        .atMost(LONG)
        .untilAsserted(() -> assertThat(web.send(get("/items")).text()).isEqualTo("hello"));
  }

  @AfterAll
  void stop() throws Exception {
    toShop.close();
    beforeBare.close();
    bare.close();
    mesh.close();
  }

  private static ClientCall get(String target) {
    return ClientCall.get("http://bare:8080" + target).over(Protocol.HTTP_2);
  }

  private static byte[] big() {
    byte[] body = new byte[BIG];
    new Random(1).nextBytes(body);
    return body;
  }

  @Test
  void aSidecarCallsAnAppUnderTheAgent() throws Exception {
    try (Wire wire = Wire.plain(toShop.port())) {
      assertThat(wire.get("/view").text()).contains("scheme=http secure=false protocol=HTTP/2");
      assertThat(wire.get("/headers").text())
          .contains("By=spiffe://cluster.local/ns/test/sa/shop")
          .contains("URI=spiffe://cluster.local/ns/test/sa/web");
      assertThat(wire.post("/echo", big()).body()).isEqualTo(big());
    }
    assertThat(toShop.stat("app.upstream_cx_http1_total")).isZero();
  }

  @Test
  void anAppUnderTheAgentCallsASidecar() throws Exception {
    assertSpeaksHttp2(web);
    try (ForkedClient okHttp = mesh.client(OkClient.class, "web")) {
      await("OkHttp").atMost(LONG).until(() -> okHttp.send(get("/items")).text().equals("hello"));
      assertSpeaksHttp2(okHttp);
    }
    assertThat(stat("inbound.downstream_cx_http1_total")).isZero();
  }

  private static void assertSpeaksHttp2(ForkedClient client) {
    ClientAnswer view = client.send(get("/view"));
    assertThat(view.text()).as(view.toString()).contains("protocol=HTTP/2");
    assertThat(client.send(get("/headers")).text())
        .contains("By=spiffe://cluster.local/ns/test/sa/bare")
        .contains("URI=spiffe://cluster.local/ns/test/sa/web");
    ClientCall post = ClientCall.post("http://bare:8080/echo", big()).over(Protocol.HTTP_2);
    assertThat(client.send(post).body()).isEqualTo(big());
  }

  @Test
  void callsAtOnceShareOneConnection() throws Exception {
    long before = stat("inbound.downstream_cx_total");
    List<CompletableFuture<ClientAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      answers.add(web.start(get("/slow?200").in(Mode.ASYNC)));
    }
    for (CompletableFuture<ClientAnswer> answer : answers) {
      assertThat(answer.get(30, TimeUnit.SECONDS).text()).isEqualTo("late");
    }
    assertThat(stat("inbound.downstream_cx_total") - before).isLessThanOrEqualTo(1);
  }

  private long stat(String suffix) {
    try {
      return beforeBare.stat(suffix);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
