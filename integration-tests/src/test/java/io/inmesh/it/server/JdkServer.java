package io.inmesh.it.server;

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
public final class JdkServer implements LibraryServer {
  @Override
  public int start(ServerPages pages, int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    for (String path : ServerPages.PATHS) {
      server.createContext(path, exchange -> answer(pages, exchange));
    }
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    return server.getAddress().getPort();
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
}
