package io.inmesh.it.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What the module for gRPC must do, with each version of the library that it is proven for; the
 * cases stand in the interfaces.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class GrpcContract implements RoutingCases, FailureCases, StreamCases, EndCases {
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

  @Override
  public final TestMesh mesh() {
    return mesh;
  }

  @Override
  public final ForkedClient app() {
    return app;
  }

  @Override
  public final GrpcUpstream v1() {
    return v1;
  }

  @Override
  public final GrpcUpstream v2() {
    return v2;
  }

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
}
