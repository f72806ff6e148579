package io.inmesh.it.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor.MethodType;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a call goes, and what the server sees of it. */
interface RoutingCases extends GrpcCases {
  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  default void routesEachCallByItsMethod(ClientCall.Mode mode) {
    for (String method : List.of("Echo", "EchoNew", "Echo")) {
      ClientAnswer answer =
          app()
              .send(
                  GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/" + method, "hi")
                      .in(mode));

      assertThat(answer.status()).as(answer.toString()).isZero();
      assertThat(answer.text()).isEqualTo("hi");
      assertThat(answer.header("x-server")).isEqualTo(method.equals("Echo") ? "v1" : "v2");
    }
  }

  @Test
  default void routesByMetadata() {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Echo", "hi")
                    .with("x-user", "beta-7"));

    assertThat(answer.header("x-server")).isEqualTo("v2");
  }

  @Test
  default void splitsByWeightAndKeepsItsConnections() {
    int toNew = 0;
    for (int i = 0; i < 200; i++) {
      toNew += unary("/shop.Split/Echo", "").header("x-server").equals("v2") ? 1 : 0;
    }

    assertThat(toNew).isBetween(5, 45);
    assertThat(v1().connections() + v2().connections()).isLessThanOrEqualTo(2);
  }

  @Test
  default void callsAtOnceShareAConnection() {
    List<CompletableFuture<ClientAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(
          app().start(GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Echo", "" + i)));
    }

    for (int i = 0; i < 50; i++) {
      assertThat(answers.get(i).join().text()).isEqualTo("" + i);
    }
    assertThat(v1().connections()).isLessThanOrEqualTo(1);
  }

  @Test
  default void theSidecarsHeadersAreOnTheWireAlone() {
    ClientAnswer answer =
        app()
            .send(
                GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Old/Echo", "hi")
                    .with("x-app", "own")
                    .with("x-secret", "hidden"));

    GrpcUpstream.Request arrived = v1().seen().get(0);
    assertThat(arrived.method()).isEqualTo("/shop.Catalog/Echo");
    assertThat(arrived.authority()).isEqualTo("inner.example");
    assertThat(arrived.headers())
        .containsEntry("x-added", "by-mesh")
        .containsEntry("x-app", "changed")
        .containsEntry("x-envoy-attempt-count", "1")
        .containsEntry("x-forwarded-proto", "http")
        .containsEntry("x-envoy-original-path", "/shop.Old/Echo")
        .containsKey("x-request-id")
        .doesNotContainKey("x-secret");
    assertThat(answer.header("x-mesh")).isEqualTo("response");
    assertThat(answer.header("x-server")).isEmpty();
    assertThat(answer.header("x-envoy-upstream-service-time")).isNotEmpty();
    assertThat(answer.requestUri()).isEqualTo("catalog:8080");
    assertThat(answer.requestHeader("x-app")).isEqualTo("own");
    assertThat(answer.requestHeader("x-request-id")).isEmpty();
  }

  @Test
  default void whatTheMeshDoesNotKnowIsLeftAlone() {
    for (String host : List.of("127.0.0.1", "localhost")) {
      String target = host + ":" + v2().port();

      ClientAnswer answer =
          app()
              .send(
                  GrpcApp.call(MethodType.UNARY, "http://" + target + "/shop.Catalog/Echo", "hi"));

      assertThat(answer.text()).as(answer.toString()).isEqualTo("hi");
      GrpcUpstream.Request arrived = v2().seen().get(v2().seen().size() - 1);
      assertThat(arrived.authority()).isEqualTo(target);
    }
    assertThat(v2().seen().get(0).headers()).doesNotContainKey("x-request-id");
  }

  @Test
  default void whereTheAppItselfConnectsIsUpToItsOwnBalancer() throws Exception {
    InetAddress self = InetAddress.getLocalHost();
    try (GrpcUpstream own = new GrpcUpstream("own", self.getHostAddress())) {
      mesh()
          .folder()
          .write(
              "service-own",
              """
              apiVersion: networking.istio.io/v1
              kind: ServiceEntry
              metadata: {name: own, namespace: test}
              spec:
                hosts: [%s]
                location: MESH_INTERNAL
                resolution: NONE
                ports: [{number: %d, name: grpc, protocol: GRPC}]
              """
                  .formatted(self.getHostName(), own.port()));
      String url = "http://" + self.getHostName() + ":" + own.port() + "/shop.Catalog/Echo";

      await()
          .untilAsserted(
              () -> {
                ClientAnswer answer = app().send(GrpcApp.call(MethodType.UNARY, url, "hi"));
                assertThat(answer.text()).as(answer.message()).isEqualTo("hi");
                assertThat(own.seen().get(own.seen().size() - 1).headers())
                    .containsKey("x-request-id");
              });
    }
  }
}
