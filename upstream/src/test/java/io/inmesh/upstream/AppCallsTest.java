package io.inmesh.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.inmesh.engine.LocalReply.Header;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AppCallsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final AppCalls calls = new AppCalls();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/ready",
        exchange -> {
          String seen =
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("host")
                  + " "
                  + exchange.getRequestHeaders().getFirst("x-probe");
          exchange.sendResponseHeaders(503, 0);
          exchange.getResponseBody().write(seen.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.createContext(
        "/stuck",
        exchange -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
    port = server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    over.countDown();
    calls.close();
    server.stop(0);
  }

  @Test
  void theAppsAnswerIsGivenAsItIs() {
    AppCalls.Answer answer =
        calls
            .get(false, port, "/ready?a=b", List.of(new Header("x-probe", "1")), LONG)
            .toCompletableFuture()
            .join();

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("/ready?a=b localhost:" + port + " 1");
  }

  @Test
  void anAppThatDoesNotAnswerIsGivenUp() {
    assertThat(calls.get(false, port, "/stuck", List.of(), SHORT).toCompletableFuture())
        .failsWithin(LONG)
        .withThrowableThat()
        .withMessageContaining("no answer within 100 ms");
  }

  @Test
  void aPortThatNobodyListensAtAcceptsNothing() throws IOException {
    // Bound, so that nobody else can listen there, and not listening.
    try (SocketChannel bound = SocketChannel.open()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = bound.socket().getLocalPort();

      assertThat(calls.accepts(port, LONG).toCompletableFuture().join()).isFalse();
      assertThat(calls.serves(port, "", LONG).toCompletableFuture().join()).isFalse();
      assertThat(calls.get(false, port, "/", List.of(), LONG).toCompletableFuture())
          .failsWithin(LONG)
          .withThrowableThat()
          .withMessageContaining("refused");
    }
  }

  @Test
  void aPortThatSomebodyListensAtAccepts() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(calls.accepts(socket.getLocalPort(), LONG).toCompletableFuture().join()).isTrue();
    }
  }

  @Test
  void anAppOfHttp1ServesNoGrpc() {
    assertThat(calls.serves(port, "", LONG).toCompletableFuture().join()).isFalse();
  }
}
