package io.inmesh.instrumentation.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service of the contract: answers 200 and its name unless told otherwise, and remembers what it
 * was asked. Its scripted replies are used up one a request.
 */
public final class Upstream implements AutoCloseable {
  /** One request as it came over the wire. */
  public record Seen(
      String method, String target, Map<String, List<String>> headers, byte[] body, String peer) {
    /** The first value of a header, empty if there is none. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(e -> e.getKey() != null && e.getKey().equalsIgnoreCase(name))
          .map(e -> e.getValue().get(0))
          .findFirst()
          .orElse("");
    }
  }

  /**
   * What to answer.
   *
   * @param headers name, value, name, value
   * @param delayMillis before the head
   * @param bodyDelayMillis between head and body
   * @param hangUp closes the connection instead of answering
   */
  public record Reply(
      int status,
      List<String> headers,
      byte[] body,
      long delayMillis,
      long bodyDelayMillis,
      boolean hangUp) {
    /** Just a status. */
    public static Reply status(int status) {
      return new Reply(status, List.of(), new byte[0], 0, 0, false);
    }

    /** 200 with a body. */
    public static Reply body(byte[] body) {
      return new Reply(200, List.of(), body, 0, 0, false);
    }

    /** A redirect. */
    public static Reply redirect(int status, String location) {
      return status(status).with("Location", location);
    }

    /** Closes the connection without an answer. */
    public static Reply hangingUp() {
      return new Reply(0, List.of(), new byte[0], 0, 0, true);
    }

    /** The same with one header more. */
    public Reply with(String name, String value) {
      List<String> more = new java.util.ArrayList<>(headers);
      more.add(name);
      more.add(value);
      return new Reply(status, more, body, delayMillis, bodyDelayMillis, hangUp);
    }

    /** The same after a while. */
    public Reply after(long millis) {
      return new Reply(status, headers, body, millis, bodyDelayMillis, hangUp);
    }

    /** The same with a pause between head and body. */
    public Reply bodyAfter(long millis) {
      return new Reply(status, headers, body, delayMillis, millis, hangUp);
    }
  }

  private final String name;
  private final HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<String> peers = ConcurrentHashMap.newKeySet();
  private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
  private volatile Reply otherwise;

  private Upstream(String name, HttpServer server) {
    this.name = name;
    this.server = server;
    this.otherwise = Reply.body(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Starts a service on a free port of the loopback address. */
  public static Upstream start(String name) throws IOException {
    return start(name, HttpServer.create());
  }

  /** Starts a service that speaks TLS, with this certificate. */
  public static Upstream start(String name, TestCa.Signed own) throws IOException {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(own.context()));
    return start(name, server);
  }

  private static Upstream start(String name, HttpServer server) throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    Upstream upstream = new Upstream(name, server);
    server.setExecutor(upstream.workers);
    server.createContext("/", upstream::serve);
    server.start();
    return upstream;
  }

  /** Its port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Its name, which is also its usual answer. */
  public String name() {
    return name;
  }

  /** Answers the next requests with these, one each. */
  public Upstream script(Reply... replies) {
    script.addAll(List.of(replies));
    return this;
  }

  /** Answers every request that no script is left for. */
  public Upstream always(Reply reply) {
    otherwise = reply;
    return this;
  }

  /** Forgets requests and scripts. */
  public void reset() {
    seen.clear();
    peers.clear();
    script.clear();
    otherwise = Reply.body(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Every request so far. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** How many connections have carried requests. */
  public int connections() {
    return peers.size();
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] body;
    try (InputStream in = exchange.getRequestBody()) {
      body = in.readAllBytes();
    }
    String peer = exchange.getRemoteAddress().toString();
    peers.add(peer);
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            Map.copyOf(exchange.getRequestHeaders()),
            body,
            peer));
    Reply reply = script.poll();
    send(exchange, reply == null ? otherwise : reply);
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    pause(reply.delayMillis());
    if (reply.hangUp()) {
      exchange.close();
      return;
    }
    for (int i = 0; i + 1 < reply.headers().size(); i += 2) {
      exchange.getResponseHeaders().add(reply.headers().get(i), reply.headers().get(i + 1));
    }
    exchange.getResponseHeaders().set("x-served-by", name);
    boolean empty = reply.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), empty ? -1 : reply.body().length);
    if (!empty) {
      exchange.getResponseBody().flush();
      pause(reply.bodyDelayMillis());
      exchange.getResponseBody().write(reply.body());
    }
    exchange.close();
  }

  private static void pause(long millis) {
    if (millis > 0) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
