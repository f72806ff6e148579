package io.inmesh.it.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Speaks TLS and HTTP/1.1 as a workload of the mesh does, and notes of each request whether it came
 * with the caller's metadata, which it answers with its own.
 */
final class Told implements AutoCloseable {
  private static final String METADATA = "x-envoy-peer-metadata";

  private final HttpsServer server;
  private final String own;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Map<InetSocketAddress, List<Boolean>> connections = new ConcurrentHashMap<>();

  /**
   * Starts it.
   *
   * @param own what it tells of itself
   */
  Told(TestCa.Signed shown, String own) throws IOException {
    this.own = own;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(shown.context()));
    server.setExecutor(workers);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Of each connection, of each of its requests, whether the caller told who it is. */
  Collection<List<Boolean>> connections() {
    return connections.values();
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean told = exchange.getRequestHeaders().containsKey(METADATA);
    connections
        .computeIfAbsent(exchange.getRemoteAddress(), unused -> new CopyOnWriteArrayList<>())
        .add(told);
    exchange.getRequestBody().readAllBytes();
    if (told) {
      exchange.getResponseHeaders().set(METADATA, own);
    }
    if (exchange.getRequestURI().getPath().equals("/last")) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
    byte[] body = "served".getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
