package io.inmesh.it.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the module for gRPC must do, with each version of the library that it is proven for. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class GrpcContract {
  private static final String CATALOG = "http://catalog:8080";
  private static final int UNAVAILABLE = Status.Code.UNAVAILABLE.value();

  private static final String ROUTES =
      """
      - match: [{headers: {x-user: {prefix: beta-}}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v2}}]
      - match: [{uri: {exact: /shop.Catalog/EchoNew}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v2}}]
      - match: [{uri: {prefix: /shop.Split/}}]
        route:
        - {destination: {host: catalog.test.svc.cluster.local, subset: v1}, weight: 90}
        - {destination: {host: catalog.test.svc.cluster.local, subset: v2}, weight: 10}
      - match: [{uri: {prefix: /shop.Flaky/}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        retries: {attempts: 3, retryOn: "unavailable,connect-failure", backoff: 1ms}
      - match: [{uri: {prefix: /shop.Once/}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        retries: {attempts: 0}
      - match: [{uri: {prefix: /shop.Slow/}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        timeout: 0.3s
      - match: [{uri: {prefix: /shop.Patient/}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        retries: {attempts: 2, perTryTimeout: 0.2s, retryOn: "5xx", backoff: 1ms}
      - match: [{uri: {prefix: /shop.Broken/}}]
        fault: {abort: {percentage: {value: 100}, grpcStatus: "RESOURCE_EXHAUSTED"}}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      - match: [{uri: {prefix: /shop.Late/}}]
        fault: {delay: {percentage: {value: 100}, fixedDelay: 0.2s}}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      - match: [{uri: {prefix: /shop.Nowhere/}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v9}}]
      - match: [{uri: {prefix: /shop.Old/}}]
        rewrite: {uri: /shop.Catalog/, authority: inner.example}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        headers:
          request: {set: {x-added: by-mesh, x-app: changed}, remove: [x-secret]}
          response: {set: {x-mesh: response}, remove: [x-server]}
      - route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      """;

  private final List<AutoCloseable> open = new ArrayList<>();
  private TestMesh mesh;
  private ForkedClient app;
  private GrpcUpstream v1;
  private GrpcUpstream v2;

  /** The class path of the app. */
  abstract String classPath();

  @BeforeAll
  final void start() throws Exception {
    mesh = new TestMesh(TestMesh.repository());
    open.add(mesh);
    v1 = upstream("v1");
    v2 = upstream("v2");
    service("catalog", 1, v1.name() + "=" + v1.port(), v2.name() + "=" + v2.port());
    service("shaky", 2, "dead=" + closedPort(), v1.name() + "=" + v1.port());
    service("dead", 3, "dead=" + closedPort());
    mesh.folder().subsets("catalog", "v1", "v2");
    mesh.folder().routes("catalog", ROUTES);
    mesh.folder()
        .routes(
            "shaky",
            """
            - route: [{destination: {host: shaky.test.svc.cluster.local}}]
              retries: {attempts: 4, retryOn: "connect-failure", backoff: 1ms}
            """);
    mesh.folder()
        .routes(
            "dead",
            """
            - route: [{destination: {host: dead.test.svc.cluster.local}}]
              retries: {attempts: 0}
            """);
    app = mesh.app(Jdks.running(), classPath(), GrpcApp.class.getName());
    await("routes are in force")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              ClientAnswer answer = unary("/shop.Broken/Echo", "");
              assertThat(answer.status()).as(answer.message()).isEqualTo(8);
            });
  }

  private GrpcUpstream upstream(String name) throws IOException {
    GrpcUpstream upstream = new GrpcUpstream(name);
    open.add(upstream);
    return upstream;
  }

  /** A port at which nobody listens. */
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A service whose endpoints are {@code VERSION=PORT}. */
  private void service(String name, int address, String... endpoints) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: %1$s, namespace: test}
        spec:
          hosts: [%1$s.test.svc.cluster.local]
          addresses: [240.9.8.%2$d]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{number: 8080, name: grpc, protocol: GRPC}]
          endpoints:
        """
            .formatted(name, address));
    for (String endpoint : endpoints) {
      String[] parts = endpoint.split("=");
      yaml.append(
          "  - {address: 127.0.0.1, ports: {grpc: %s}, labels: {version: %s}}%n"
              .formatted(parts[1], parts[0]));
    }
    mesh.folder().write("service-" + name, yaml.toString());
  }

  @AfterAll
  final void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @BeforeEach
  final void forget() {
    v1.reset();
    v2.reset();
  }

  private ClientAnswer unary(String path, String body) {
    return app.send(GrpcApp.call(MethodType.UNARY, CATALOG + path, body));
  }

  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  void routesEachCallByItsMethod(ClientCall.Mode mode) {
    for (String method : List.of("Echo", "EchoNew", "Echo")) {
      ClientAnswer answer =
          app.send(
              GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/" + method, "hi").in(mode));

      assertThat(answer.status()).as(answer.toString()).isZero();
      assertThat(answer.text()).isEqualTo("hi");
      assertThat(answer.header("x-server")).isEqualTo(method.equals("Echo") ? "v1" : "v2");
    }
  }

  @Test
  void routesByMetadata() {
    ClientAnswer answer =
        app.send(
            GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Echo", "hi")
                .with("x-user", "beta-7"));

    assertThat(answer.header("x-server")).isEqualTo("v2");
  }

  @Test
  void splitsByWeightAndKeepsItsConnections() {
    int toNew = 0;
    for (int i = 0; i < 200; i++) {
      toNew += unary("/shop.Split/Echo", "").header("x-server").equals("v2") ? 1 : 0;
    }

    assertThat(toNew).isBetween(5, 45);
    assertThat(v1.connections() + v2.connections()).isLessThanOrEqualTo(2);
  }

  @Test
  void callsAtOnceShareAConnection() {
    List<CompletableFuture<ClientAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(
          app.start(GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Echo", "" + i)));
    }

    for (int i = 0; i < 50; i++) {
      assertThat(answers.get(i).join().text()).isEqualTo("" + i);
    }
    assertThat(v1.connections()).isLessThanOrEqualTo(1);
  }

  @Test
  void theSidecarsHeadersAreOnTheWireAlone() {
    ClientAnswer answer =
        app.send(
            GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Old/Echo", "hi")
                .with("x-app", "own")
                .with("x-secret", "hidden"));

    GrpcUpstream.Request arrived = v1.seen().get(0);
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

  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  void retriesWhatEndsWithoutAMessage(ClientCall.Mode mode) {
    v1.script(Status.UNAVAILABLE, Status.UNAVAILABLE);

    ClientAnswer answer =
        app.send(GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Flaky/Echo", "hi").in(mode));

    assertThat(answer.text()).isEqualTo("hi");
    assertThat(v1.seen()).hasSize(3);
    assertThat(v1.seen().get(2).headers()).containsEntry("x-envoy-attempt-count", "3");
  }

  @Test
  void theLastStatusIsTheAppsWhenRetriesAreUsedUp() {
    Status down = Status.UNAVAILABLE.withDescription("down");
    v1.script(down, down, down, down);

    ClientAnswer answer = unary("/shop.Flaky/Echo", "hi");

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(answer.message()).isEqualTo("down");
    assertThat(v1.seen()).hasSize(4);
  }

  @Test
  void nothingElseRetries() {
    v1.script(Status.UNAVAILABLE);

    assertThat(unary("/shop.Once/Echo", "hi").status()).isEqualTo(UNAVAILABLE);
    assertThat(v1.seen()).hasSize(1);
  }

  @Test
  void aResponseThatHasBegunIsNotRetried() {
    ClientAnswer answer =
        app.send(GrpcApp.call(MethodType.SERVER_STREAMING, CATALOG + "/shop.Flaky/Break", ""));

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(answer.message()).isEqualTo("broken");
    assertThat(v1.seen()).hasSize(1);
  }

  @Test
  void anotherEndpointTakesWhatOneRefuses() {
    for (int i = 0; i < 10; i++) {
      ClientAnswer answer =
          app.send(GrpcApp.call(MethodType.UNARY, "http://shaky:8080/shop.Catalog/Echo", "hi"));

      assertThat(answer.text()).as(answer.toString()).isEqualTo("hi");
    }
    assertThat(v1.connections()).isLessThanOrEqualTo(1);
  }

  @Test
  void arefusedConnectionIsEnvoysAnswer() {
    for (int i = 0; i < 3; i++) {
      ClientAnswer answer =
          app.send(GrpcApp.call(MethodType.UNARY, "http://dead:8080/shop.Catalog/Echo", "hi"));

      assertThat(answer.status()).isEqualTo(UNAVAILABLE);
      assertThat(answer.message())
          .startsWith(
              "upstream connect error or disconnect/reset before headers. reset reason:"
                  + " remote connection failure");
    }
  }

  @Test
  void aClusterWithoutHostsIsEnvoysAnswer() {
    ClientAnswer answer = unary("/shop.Nowhere/Echo", "hi");

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(answer.header("content-type")).isEqualTo("application/grpc");
  }

  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  void theRoutesTimeoutIsEnvoysAnswer(ClientCall.Mode mode) {
    ClientAnswer answer =
        app.send(GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Slow/Hang", "hi").in(mode));

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    // The server hears of the timeout and may be the first to give up.
    assertThat(answer.message()).containsAnyOf("upstream request timeout", "remote reset");
    assertThat(answer.millis()).isBetween(250L, 5000L);
    await().untilAsserted(() -> assertThat(v1.cancelled()).isEqualTo(1));
  }

  @Test
  void eachTryHasItsTime() {
    ClientAnswer answer = unary("/shop.Patient/Hang", "hi");

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(v1.seen()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(ClientCall.Mode.class)
  void theAppsDeadlineIsItsOwn(ClientCall.Mode mode) {
    ClientAnswer answer =
        app.send(
            GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Hang", "hi")
                .in(mode)
                .within(1500));

    assertThat(answer.status()).isEqualTo(Status.Code.DEADLINE_EXCEEDED.value());
    assertThat(v1.seen().get(0).headers()).containsKey("grpc-timeout");
    await().untilAsserted(() -> assertThat(v1.cancelled()).isEqualTo(1));
  }

  @Test
  void aFaultEndsACallWithItsStatus() {
    ClientAnswer answer = unary("/shop.Broken/Echo", "hi");

    assertThat(answer.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    assertThat(answer.message()).isEqualTo("fault filter abort");
    assertThat(v1.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = MethodType.class,
      names = {"UNARY", "CLIENT_STREAMING", "BIDI_STREAMING"})
  void aDelayedCallKeepsWhatTheAppSends(MethodType type) {
    ClientAnswer answer = app.send(GrpcApp.call(type, CATALOG + "/shop.Late/Echo", "hi"));

    assertThat(answer.text()).isEqualTo("hi");
    assertThat(answer.millis()).isGreaterThanOrEqualTo(190);
  }

  @Test
  void streamsFromTheServer() {
    ClientAnswer answer =
        app.send(GrpcApp.call(MethodType.SERVER_STREAMING, CATALOG + "/shop.Catalog/Count", "500"));

    assertThat(answer.status()).isZero();
    assertThat(answer.text().split("\n")).hasSize(500).endsWith("499");
  }

  @Test
  void streamsFromTheClient() {
    ClientAnswer answer =
        app.send(
            GrpcApp.call(
                MethodType.CLIENT_STREAMING, CATALOG + "/shop.Catalog/Collect", "a\nbb\nccc"));

    assertThat(answer.text()).isEqualTo("3:6");
  }

  @Test
  void streamsBothWays() {
    ClientAnswer answer =
        app.send(
            GrpcApp.call(MethodType.BIDI_STREAMING, CATALOG + "/shop.Catalog/Echo", "a\nbb\nccc"));

    assertThat(answer.text()).isEqualTo("a\nbb\nccc");
  }

  @Test
  void aStreamIsSentAgainWhole() {
    v1.script(Status.UNAVAILABLE);

    ClientAnswer answer =
        app.send(
            GrpcApp.call(
                MethodType.CLIENT_STREAMING, CATALOG + "/shop.Flaky/Collect", "a\nbb\nccc"));

    assertThat(answer.text()).isEqualTo("3:6");
    assertThat(v1.seen()).hasSize(2);
  }

  @Test
  void bigMessagesGoBothWays() {
    String big = "x".repeat(3 << 20);

    ClientAnswer answer = unary("/shop.Catalog/Echo", big);

    assertThat(answer.status()).as(answer.message()).isZero();
    assertThat(answer.body()).hasSize(3 << 20);
  }

  @Test
  void whatOutgrowsTheBufferIsNotRetried() {
    v1.script(Status.UNAVAILABLE);

    ClientAnswer answer = unary("/shop.Flaky/Echo", "x".repeat(3 << 20));

    assertThat(answer.status()).isEqualTo(UNAVAILABLE);
    assertThat(v1.seen()).hasSize(1);
  }

  @Test
  void aCancelledCallEndsEverywhere() {
    ClientAnswer answer =
        app.send(
            GrpcApp.call(MethodType.BIDI_STREAMING, CATALOG + "/shop.Catalog/Hang", "hi")
                .cancelledAfter(200));

    assertThat(answer.status()).isEqualTo(Status.Code.CANCELLED.value());
    assertThat(answer.message()).isEqualTo("no longer wanted");
    await().untilAsserted(() -> assertThat(v1.cancelled()).isEqualTo(1));
  }

  @Test
  void whatTheMeshDoesNotKnowIsLeftAlone() {
    for (String host : List.of("127.0.0.1", "localhost")) {
      String target = host + ":" + v2.port();

      ClientAnswer answer =
          app.send(GrpcApp.call(MethodType.UNARY, "http://" + target + "/shop.Catalog/Echo", "hi"));

      assertThat(answer.text()).as(answer.toString()).isEqualTo("hi");
      GrpcUpstream.Request arrived = v2.seen().get(v2.seen().size() - 1);
      assertThat(arrived.authority()).isEqualTo(target);
    }
    assertThat(v2.seen().get(0).headers()).doesNotContainKey("x-request-id");
  }

  @Test
  void whereTheAppItselfConnectsIsUpToItsOwnBalancer() throws Exception {
    InetAddress self = InetAddress.getLocalHost();
    try (GrpcUpstream own = new GrpcUpstream("own", self.getHostAddress())) {
      mesh.folder()
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
                ClientAnswer answer = app.send(GrpcApp.call(MethodType.UNARY, url, "hi"));
                assertThat(answer.text()).as(answer.message()).isEqualTo("hi");
                assertThat(own.seen().get(own.seen().size() - 1).headers())
                    .containsKey("x-request-id");
              });
    }
  }

  @Test
  void aChannelEndsWithItsConnections() {
    ClientAnswer answer =
        app.send(
            GrpcApp.call(MethodType.UNARY, CATALOG + "/shop.Catalog/Echo", "hi").withCookies());

    assertThat(answer.text()).isEqualTo("hi");
    assertThat(answer.uri()).isEqualTo("ended");
  }

  @Test
  void everyCallEndsOnce() {
    v1.script(Status.UNAVAILABLE);
    unary("/shop.Flaky/Echo", "hi");
    unary("/shop.Broken/Echo", "hi");
    unary("/shop.Slow/Hang", "hi");

    await()
        .untilAsserted(
            () -> {
              String metrics = mesh.admin(app, "/stats/prometheus");
              assertThat(sum(metrics, "inmesh_requests_ended_total"))
                  .isEqualTo(sum(metrics, "inmesh_requests_opened_total"))
                  .isPositive();
            });
  }

  private static long sum(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
