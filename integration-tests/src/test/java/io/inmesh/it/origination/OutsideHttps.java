package io.inmesh.it.origination;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** One that speaks HTTP/1.1. */
public final class OutsideHttps implements OutsideServer {
  private final HttpsServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final AtomicInteger seen = new AtomicInteger();

  /**
   * Starts it.
   *
   * @param shown its certificate
   * @param callers who must have signed for its callers; empty asks them for nothing
   */
  public OutsideHttps(TestCa.Signed shown, Optional<TestCa> callers) throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new Asking(shown.context(callers), callers.isPresent()));
    server.setExecutor(workers);
    server.createContext("/", this::answer);
    server.start();
  }

  @Override
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public int seen() {
    return seen.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    seen.incrementAndGet();
    String view = OutsideServer.view(((HttpsExchange) exchange).getSSLSession());
    byte[] body = view.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  /** Asks callers for a certificate, or does not. */
  private static final class Asking extends HttpsConfigurator {
    private final boolean asks;

    Asking(SSLContext context, boolean asks) {
      super(context);
      this.asks = asks;
    }

    @Override
    public void configure(HttpsParameters connection) {
      SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
      parameters.setNeedClientAuth(asks);
      connection.setSSLParameters(parameters);
    }
  }
}
