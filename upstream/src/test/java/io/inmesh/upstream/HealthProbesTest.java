package io.inmesh.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthCheck;
import io.inmesh.engine.cluster.HealthCheckTarget;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.HealthStatus;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.cluster.Payload;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.route.HeaderMutations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthProbesTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofHours(1);

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final HealthProbes probes = new HealthProbes(System::nanoTime, () -> 0, log::add);
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Set<Integer> peers = ConcurrentHashMap.newKeySet();
  private volatile int status = 200;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          peers.add(exchange.getRemoteAddress().getPort());
          seen.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("host")
                  + " "
                  + exchange.getRequestHeaders().getFirst("user-agent")
                  + " "
                  + exchange.getRequestHeaders().getFirst("x-test"));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    probes.close();
    server.stop(0);
  }

  private static HealthCheck check(HealthProbe probe, boolean reuse) {
    return new HealthCheck(
        Duration.ofSeconds(5),
        SOON,
        Duration.ZERO,
        Duration.ZERO,
        0,
        3,
        2,
        reuse,
        SOON,
        SOON,
        SOON,
        SOON,
        SOON,
        probe);
  }

  private static ClusterState cluster(HealthCheck check, Endpoint... endpoints) {
    return cluster(Cluster.builder("c", Cluster.Type.EDS).healthCheck(check), endpoints);
  }

  private static ClusterState cluster(Cluster.Builder cluster, Endpoint... endpoints) {
    ClusterState state = ClusterState.create(cluster.panicThreshold(0).build(), 0, 1);
    state.update(assignment(endpoints), 0);
    return state;
  }

  private static ClusterLoadAssignment assignment(Endpoint... endpoints) {
    return new ClusterLoadAssignment(
        "c", List.of(new LocalityEndpoints(Locality.UNKNOWN, 1, 0, List.of(endpoints))));
  }

  private Endpoint endpoint() {
    return new Endpoint("127.0.0.1", server.getAddress().getPort());
  }

  private ClusterState started(ClusterState cluster) {
    probes.tick(List.of(cluster));
    probes.checked(cluster).toCompletableFuture().join();
    return cluster;
  }

  private static boolean healthy(ClusterState cluster) {
    return cluster.hosts().get(0).health() == Host.Health.HEALTHY;
  }

  @Test
  void aServerThatFlapsIsFollowed() {
    ClusterState cluster =
        started(cluster(check(HealthProbe.Http.get("/live?x=1"), true), endpoint()));
    assertThat(cluster.endpointsKnown()).isTrue();
    assertThat(healthy(cluster)).isTrue();
    status = 503;
    await().until(() -> !healthy(cluster));
    assertThat(cluster.pick(0)).isNull();
    status = 200;
    await().until(() -> healthy(cluster));
    assertThat(cluster.pick(0)).isNotNull();
    assertThat(seen).allMatch(line -> line.equals("GET /live?x=1 c Envoy/HC null"));
    assertThat(peers).as("one connection for all checks").hasSize(1);
  }

  @Test
  void aConnectionMayServeOneCheckOnly() {
    started(cluster(check(HealthProbe.Http.get("/"), false), endpoint()));
    await().until(() -> seen.size() > 3);
    assertThat(peers).hasSizeGreaterThan(2);
  }

  @Test
  void aServerThatIsGoneFailsAfterTheThreshold() {
    ClusterState cluster = started(cluster(check(HealthProbe.Http.get("/"), true), endpoint()));
    assertThat(healthy(cluster)).isTrue();
    server.stop(0);
    await().until(() -> !healthy(cluster));
    assertThat(cluster.hosts().get(0).healthCheck().succeeded()).isFalse();
  }

  @Test
  void aCheckThatIsNotAnsweredEnds() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      HealthCheck impatient =
          HealthCheck.of(
              Duration.ofMillis(50), Duration.ofSeconds(1), 1, 1, HealthProbe.Http.get("/"));
      ClusterState cluster =
          started(cluster(impatient, new Endpoint("127.0.0.1", silent.getLocalPort())));
      assertThat(healthy(cluster)).isFalse();
      assertThat(cluster.hosts().get(0).healthCheck().checked()).isTrue();
    }
  }

  @Test
  void theRequestIsWhatTheCheckSays() {
    HealthProbe.Http probe =
        new HealthProbe.Http(
            "POST",
            "health.example",
            "/check",
            new HeaderMutations(
                List.of(
                    HeaderMutations.Add.of(
                        "x-test",
                        "%UPSTREAM_HOST%",
                        HeaderMutations.AppendAction.OVERWRITE_IF_EXISTS_OR_ADD)),
                List.of("user-agent")),
            List.of(new HealthProbe.Statuses(200, 300)),
            List.of(),
            Payload.hex("6869"),
            List.of(),
            0,
            false,
            null);
    status = 204;
    ClusterState cluster = started(cluster(check(probe, true), endpoint()));
    assertThat(healthy(cluster)).isTrue();
    assertThat(seen.get(0))
        .isEqualTo("POST /check health.example null " + endpoint().socketAddress());
  }

  @Test
  void aCheckMayGoElsewhere() {
    Endpoint elsewhere =
        new Endpoint(
            "127.0.0.1",
            1,
            "",
            HealthStatus.UNKNOWN,
            1,
            Map.of(),
            "",
            new HealthCheckTarget("", server.getAddress().getPort(), "own.example", false),
            java.util.Map.of());
    ClusterState cluster = started(cluster(check(HealthProbe.Http.get("/"), true), elsewhere));
    assertThat(healthy(cluster)).isTrue();
    assertThat(seen.get(0)).contains(" own.example ");
  }

  @Test
  void withoutTrafficAHostIsCheckedSeldom() {
    HealthCheck seldom =
        new HealthCheck(
            SOON,
            SOON,
            Duration.ZERO,
            Duration.ZERO,
            0,
            1,
            1,
            true,
            NEVER,
            NEVER,
            SOON,
            SOON,
            SOON,
            HealthProbe.Http.get("/"));
    ClusterState cluster = started(cluster(seldom, endpoint()));
    assertThat(cluster.hasTraffic()).isFalse();
    await().during(Duration.ofMillis(200)).until(() -> seen.size() == 1);
  }

  @Test
  void hostsComeAndGo() {
    AtomicInteger accepted = new AtomicInteger();
    Cluster.Builder builder =
        Cluster.builder("c", Cluster.Type.EDS)
            .healthCheck(check(HealthProbe.Http.get("/"), true))
            .ignoreHealthOnHostRemoval(true);
    ClusterState cluster = started(cluster(builder));
    cluster.update(assignment(endpoint()), 1);
    probes.tick(List.of(cluster));
    await().until(() -> !cluster.hosts().isEmpty() && healthy(cluster));
    cluster.update(assignment(), 2);
    probes.tick(List.of(cluster));
    await()
        .during(Duration.ofMillis(100))
        .until(() -> accepted.getAndSet(seen.size()) == seen.size());
  }

  @Test
  void aClusterThatIsNoLongerInForceIsLeftAlone() {
    AtomicInteger before = new AtomicInteger(-1);
    started(cluster(check(HealthProbe.Http.get("/"), true), endpoint()));
    probes.tick(List.of());
    await()
        .during(Duration.ofMillis(100))
        .until(() -> before.getAndSet(seen.size()) == seen.size());
  }

  @Test
  void aConnectionAloneMayBeEnough() throws IOException {
    ServerSocket open = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    ClusterState cluster =
        started(
            cluster(
                check(new HealthProbe.Tcp(Payload.NONE, List.of()), true),
                new Endpoint("127.0.0.1", open.getLocalPort())));
    assertThat(healthy(cluster)).isTrue();
    open.close();
    await().until(() -> !healthy(cluster));
  }

  @Test
  void bytesAreSentAndExpected() throws Exception {
    try (ServerSocket echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> answer(echo), "echo");
      thread.start();
      HealthProbe ping =
          new HealthProbe.Tcp(payload("ping"), List.of(payload("po"), payload("ng")));
      ClusterState cluster =
          started(cluster(check(ping, true), new Endpoint("127.0.0.1", echo.getLocalPort())));
      assertThat(healthy(cluster)).isTrue();
      echo.close();
      await().until(() -> !healthy(cluster));
      thread.join();
    }
  }

  // Answers two checks, then ends.
  private static void answer(ServerSocket listening) {
    try (Socket socket = listening.accept()) {
      for (int i = 0; i < 2; i++) {
        byte[] ping = socket.getInputStream().readNBytes(4);
        assertThat(new String(ping, StandardCharsets.US_ASCII)).isEqualTo("ping");
        socket.getOutputStream().write("xpo-ng".getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // Closed by the test.
    }
  }

  private static Payload payload(String text) {
    return Payload.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void hostsThatNeedTlsFailAndOneLineSaysSo() {
    Cluster.Builder secured =
        Cluster.builder("c", Cluster.Type.EDS)
            .healthCheck(check(HealthProbe.Http.get("/"), true))
            .transportSecurity(tls());
    ClusterState cluster = started(cluster(secured, endpoint(), new Endpoint("127.0.0.1", 1)));
    assertThat(healthy(cluster)).isFalse();
    assertThat(seen).isEmpty();
    assertThat(log).hasSize(1);
    assertThat(log.get(0)).contains("TLS", "cluster c");
  }

  private static TransportSecurity tls() {
    return new TransportSecurity(List.of(), new TransportSocket.Unsupported("tls"));
  }
}
