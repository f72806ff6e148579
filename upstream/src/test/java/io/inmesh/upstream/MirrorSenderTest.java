package io.inmesh.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.MirrorRequest;
import io.inmesh.engine.cluster.CircuitBreakers;
import io.inmesh.engine.cluster.CircuitBreakers.Thresholds;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MirrorSenderTest {
  private final MirrorSender sender = new MirrorSender();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Set<Integer> peers = ConcurrentHashMap.newKeySet();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          peers.add(exchange.getRemoteAddress().getPort());
          seen.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("host")
                  + " "
                  + exchange.getRequestHeaders().getFirst("x-test")
                  + " "
                  + body);
          byte[] answer = new byte[100_000];
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    sender.close();
    server.stop(0);
  }

  private static ClusterState cluster(int port, CircuitBreakers breakers) {
    ClusterState cluster =
        ClusterState.create(
            Cluster.builder("c", Cluster.Type.EDS).circuitBreakers(breakers).build(), 0, 1);
    cluster.update(
        new ClusterLoadAssignment(
            "c",
            List.of(
                new LocalityEndpoints(
                    Locality.UNKNOWN, 1, 0, List.of(new Endpoint("127.0.0.1", port))))),
        0);
    return cluster;
  }

  private static MirrorRequest copy(int port, String method, long timeoutNanos) {
    return copy(cluster(port, CircuitBreakers.DEFAULT), method, timeoutNanos);
  }

  private static MirrorRequest copy(ClusterState cluster, String method, long timeoutNanos) {
    return new MirrorRequest(
        cluster,
        cluster.hosts().get(0),
        method,
        "/a?b=c",
        "catalog-shadow:80",
        List.of(new Header("x-test", "1")),
        timeoutNanos);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aCopyIsSentAsItIs() {
    sender.send(copy(server.getAddress().getPort(), "POST", 0), bytes("hello"));
    await().untilAsserted(() -> assertThat(sender.sent()).isEqualTo(1));
    assertThat(seen).containsExactly("POST /a?b=c catalog-shadow:80 1 hello");
  }

  @Test
  void aConnectionIsUsedAgain() {
    for (int i = 1; i <= 5; i++) {
      sender.send(copy(server.getAddress().getPort(), "GET", 0), ByteBuffer.allocate(0));
      int number = i;
      await().untilAsserted(() -> assertThat(sender.sent()).isEqualTo(number));
    }
    assertThat(peers).hasSize(1);
  }

  @Test
  void nobodyListeningIsCounted() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    sender.send(copy(free, "GET", 0), ByteBuffer.allocate(0));
    await().untilAsserted(() -> assertThat(sender.dropped()).isEqualTo(1));
  }

  @Test
  void aCopyIsGivenUpAfterItsTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      sender.send(
          copy(silent.getLocalPort(), "GET", Duration.ofMillis(50).toNanos()),
          ByteBuffer.allocate(0));
      await().untilAsserted(() -> assertThat(sender.dropped()).isEqualTo(1));
    }
  }

  @Test
  void whatIsTooMuchIsDropped() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      for (int i = 0; i < MirrorSender.MAX_COPIES + 10; i++) {
        sender.send(copy(silent.getLocalPort(), "GET", 0), ByteBuffer.allocate(0));
      }
      assertThat(sender.dropped()).isEqualTo(10);
    }
    sender.send(
        copy(server.getAddress().getPort(), "POST", 0),
        ByteBuffer.allocate((int) MirrorSender.MAX_BYTES + 1));
    assertThat(sender.dropped()).isGreaterThanOrEqualTo(11);
  }

  @Test
  void theCircuitBreakersOfItsClusterAdmitACopyOrNot() throws IOException {
    Thresholds one = new Thresholds(1024, 1024, 1, 3, null);
    ClusterState cluster;
    try (ServerSocket silent = new ServerSocket(0)) {
      cluster = cluster(silent.getLocalPort(), new CircuitBreakers(one, Thresholds.DEFAULT));
      sender.send(copy(cluster, "GET", 0), ByteBuffer.allocate(0));
      sender.send(copy(cluster, "GET", 0), ByteBuffer.allocate(0));
      assertThat(sender.dropped()).isEqualTo(1);
      assertThat(cluster.hosts().get(0).activeRequests()).isEqualTo(1);
    }
    await().untilAsserted(() -> assertThat(sender.dropped()).isEqualTo(2));
    assertThat(cluster.hosts().get(0).activeRequests()).isZero();
    assertThat(cluster.resources(false).requests()).isZero();
  }
}
