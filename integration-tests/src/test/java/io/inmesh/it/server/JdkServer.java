package io.inmesh.it.server;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsExchange;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** {@code com.sun.net.httpserver.HttpServer}, as an app uses it. */
public class JdkServer implements LibraryServer {
  /** A header of each response that the app's own filter has seen. */
  static final String FILTERED = "x-filtered";

  @Override
  public int start(ServerPages pages, int port) throws Exception {
    HttpServer server = create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    for (String path : ServerPages.PATHS) {
      HttpContext context = server.createContext(path, exchange -> answer(pages, exchange));
      context.getFilters().add(0, new Marking());
    }
    server.start();
    return server.getAddress().getPort();
  }

  /** A server that is not started. */
  protected HttpServer create(InetSocketAddress address) throws Exception {
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newCachedThreadPool());
    return server;
  }

  private static void answer(ServerPages pages, HttpExchange exchange) throws IOException {
    List<String> headers = new ArrayList<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                values.forEach(
                    value -> {
                      headers.add(name);
                      headers.add(value);
                    }));
    boolean secure = exchange instanceof HttpsExchange;
    InetSocketAddress remote = exchange.getRemoteAddress();
    ServerPages.Page page;
    try {
      page =
          pages.answer(
              new ServerPages.Request(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  headers,
                  exchange.getRequestBody().readAllBytes(),
                  remote.getAddress().getHostAddress() + ":" + remote.getPort(),
                  secure ? "https" : "http",
                  secure,
                  exchange.getProtocol()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    exchange.sendResponseHeaders(page.status(), page.body().length == 0 ? -1 : page.body().length);
    exchange.getResponseBody().write(page.body());
    exchange.close();
  }

  private static final class Marking extends Filter {
    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
      exchange.getResponseHeaders().set(FILTERED, "1");
      chain.doFilter(exchange);
    }

    @Override
    public String description() {
      return "marks responses";
    }
  }
}
