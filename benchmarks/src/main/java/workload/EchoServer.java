package workload;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A server with one small answer. Prints its port; ends with its standard input. */
public final class EchoServer {
  private static final int THREADS = 16;

  private EchoServer() {}

  /** Starts it on a free loopback port. */
  public static void main(String[] args) throws IOException {
    HttpServer server = small(0, THREADS);
    System.out.println("listening port=" + server.getAddress().getPort());
    while (System.in.read() >= 0) {
      // Only the end matters.
    }
    System.exit(0);
  }

  /** A started server on loopback that answers every request with the same 100 bytes. */
  static HttpServer small(int port, int threads) throws IOException {
    byte[] answer = "x".repeat(100).getBytes(StandardCharsets.US_ASCII);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    if (threads > 0) {
      server.setExecutor(Executors.newFixedThreadPool(threads));
    }
    server.start();
    return server;
  }
}
