package shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** One HTTP service on loopback: a handler a path, one log line a request on stdout. */
final class Service {
  /** Headers that belong to the customer and travel with every call made for it. */
  static final String[] CARRIED = {"x-user", "x-call"};

  private static final int THREADS = 32;

  private final Options options;
  private final HttpServer server;

  /** Answers one request. */
  interface Handler {
    Answer handle(HttpExchange request) throws IOException, InterruptedException;
  }

  /**
   * An answer in JSON.
   *
   * @param answeredBy who produced it, for the caller to show
   */
  record Answer(int status, String json, String answeredBy) {}

  private Service(Options options, HttpServer server) {
    this.options = options;
    this.server = server;
  }

  /** Binds the port; requests are answered from {@link #start} on. */
  static Service bind(Options options) throws IOException {
    // Without it each answer on a kept connection waits for the peer's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), 0);
    server.setExecutor(Executors.newFixedThreadPool(THREADS));
    return new Service(options, server);
  }

  /** Adds what is answered at a path and everything below it. */
  Service at(String path, Handler handler) {
    server.createContext(path, exchange -> serve(exchange, handler));
    return this;
  }

  /** Starts to answer and says where. */
  void start() {
    server.start();
    log("listening name=" + options.name() + " version=" + options.version() + " port=" + port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Who answers, e.g. {@code catalog v2}. */
  String self() {
    return options.name() + " " + options.version();
  }

  Answer ok(String json) {
    return answer(200, json);
  }

  Answer answer(int status, String json) {
    return new Answer(status, json, self());
  }

  private void serve(HttpExchange exchange, Handler handler) {
    long start = System.nanoTime();
    int status = 500;
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      Answer answer = answered(exchange, handler);
      status = answer.status();
      byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.getResponseHeaders().set("answered-by", answer.answeredBy());
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      // The caller went away; what was done for it still stands in the log.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      log(line(exchange, status, (System.nanoTime() - start) / 1_000_000));
    }
  }

  private Answer answered(HttpExchange exchange, Handler handler)
      throws IOException, InterruptedException {
    try {
      return handler.handle(exchange);
    } catch (RuntimeException e) {
      e.printStackTrace(System.out);
      return answer(500, "{\"error\":\"" + e.getClass().getName() + "\"}\n");
    }
  }

  private String line(HttpExchange exchange, int status, long millis) {
    StringBuilder line = new StringBuilder("served name=").append(options.name());
    line.append(" version=").append(options.version());
    line.append(" method=").append(exchange.getRequestMethod());
    line.append(" path=").append(exchange.getRequestURI());
    line.append(" host=").append(header(exchange, "host"));
    for (String name : options.logHeaders()) {
      line.append(' ').append(name).append('=').append(header(exchange, name));
    }
    return line.append(" status=").append(status).append(" ms=").append(millis).toString();
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "-" : value.replaceAll("\\s", "_");
  }

  private static void log(String line) {
    System.out.println(line);
  }
}
