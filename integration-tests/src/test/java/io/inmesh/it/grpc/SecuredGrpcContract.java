package io.inmesh.it.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.it.origination.OriginationContract;
import io.inmesh.it.origination.Speech;
import io.inmesh.it.server.GrpcServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a plaintext channel that leave the process as mutual TLS. */
abstract class SecuredGrpcContract extends OriginationContract {
  private static final int UNAVAILABLE = Status.Code.UNAVAILABLE.value();
  private static final Duration LONG = Duration.ofSeconds(20);

  @Override
  protected final Class<? extends LibraryClient> client() {
    return GrpcApp.class;
  }

  @Override
  protected abstract String classPath();

  @Override
  protected final Class<? extends LibraryServer> server() {
    return GrpcServer.class;
  }

  @Override
  protected final String serverClassPath() {
    return classPath();
  }

  @Override
  protected final Speech speech() {
    return new GrpcSpeech();
  }

  @Override
  protected final void awaitServed(String name) {
    awaitView(name, "URI=spiffe://cluster.local/ns/test/sa/web");
  }

  private ClientAnswer call(MethodType type, String service, String method, String body) {
    return app().send(GrpcApp.call(type, "http://" + service + ":8080/a.Service/" + method, body));
  }

  private void awaitView(String service, String seen) {
    await(service)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = call(MethodType.UNARY, service, "View", "");
              assertThat(answer.text()).as(answer.message()).contains(seen);
            });
  }

  @Test
  void aCallInClearArrivesWithTheCallersIdentity() {
    ClientAnswer answer = call(MethodType.UNARY, "shop", "View", "");

    assertThat(answer.text())
        .contains("By=spiffe://cluster.local/ns/test/sa/shop")
        .contains("URI=spiffe://cluster.local/ns/test/sa/web");
    assertThat(answer.requestUri()).isEqualTo("shop:8080");
  }

  @Test
  void streamsPassBothWays() {
    String line = "x".repeat(20_000);
    String sent = String.join("\n", Collections.nCopies(200, line));

    ClientAnswer answer = call(MethodType.BIDI_STREAMING, "shop", "Echo", sent);

    assertThat(answer.status()).as(answer.message()).isZero();
    assertThat(answer.text()).isEqualTo(sent);
  }

  @Test
  void aPeerOfAnotherNameIsNotCalled() {
    mesh().folder().secured("impostor", other().port(), "shop");

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = call(MethodType.UNARY, "impostor", "Echo", "hi");
              assertThat(answer.status()).isEqualTo(UNAVAILABLE);
              assertThat(answer.message())
                  .contains("upstream connect error or disconnect/reset before headers")
                  .contains("which is not who was expected");
            });
  }

  @Test
  void whereTheAppItselfConnectsIsSecuredToo(@TempDir Path names) throws Exception {
    mesh().folder().headless("pods", other().port(), "GRPC");
    Path hosts = Files.writeString(names.resolve("hosts"), "127.0.0.1 pod-0.pods.example\n");
    ForkedClient own = another("own", "-Djdk.net.hosts.file=" + hosts);
    String url = "http://pod-0.pods.example:" + other().port() + "/a.Service/View";

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = own.send(GrpcApp.call(MethodType.UNARY, url, ""));
              assertThat(answer.text())
                  .as(answer.message())
                  .contains("URI=spiffe://cluster.local/ns/test/sa/own");
            });
    own.close();
  }

  @Test
  void aPeerThatAnswersInClearHearsNoRequest() throws Exception {
    try (GrpcUpstream clear = new GrpcUpstream("clear")) {
      mesh().folder().secured("clear", clear.port(), "clear");
      mesh().folder().policy("clear", "{connectionPool: {tcp: {connectTimeout: 0.5s}}}");

      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = call(MethodType.UNARY, "clear", "Echo", "hi");
                assertThat(answer.status()).isEqualTo(UNAVAILABLE);
                assertThat(answer.message()).contains("upstream connect error");
              });
      assertThat(clear.seen()).isEmpty();
    }
  }

  @Test
  void aConnectionInClearIsLeftWhenTheServiceTurnsToMutualTls() {
    mesh().folder().mutualTls("other", "PERMISSIVE");
    mesh().folder().policy("other", "{tls: {mode: DISABLE}}");
    awaitView("other", "cert=null");

    mesh().folder().policy("other", "{tls: {mode: ISTIO_MUTUAL}}");
    awaitView("other", "URI=spiffe");
    for (int i = 0; i < 10; i++) {
      assertThat(call(MethodType.UNARY, "other", "View", "").text()).contains("URI=spiffe");
    }
    mesh().folder().mutualTls("other", "STRICT");
    mesh().folder().remove("policy-other");
  }

  @Test
  void withoutACertificateNobodyIsCalled() throws Exception {
    ForkedClient anonymous = anonymous();

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer =
                  anonymous.send(
                      GrpcApp.call(MethodType.UNARY, "http://shop:8080/a.Service/Echo", "hi"));
              assertThat(answer.status()).isEqualTo(UNAVAILABLE);
              assertThat(answer.message()).contains("this workload has no certificate");
            });
  }
}
