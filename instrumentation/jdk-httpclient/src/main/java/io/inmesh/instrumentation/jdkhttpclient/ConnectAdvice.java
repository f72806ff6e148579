package io.inmesh.instrumentation.jdkhttpclient;

import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the library asks its request where to connect. */
final class ConnectAdvice {
  private final Internals internals;
  private final Hops hops;

  ConnectAdvice(Internals internals, Hops hops) {
    this.internals = internals;
    this.hops = hops;
  }

  /**
   * {@code HttpRequestImpl.getAddress()}: the labelled address; null resolves the URI's host as
   * ever.
   */
  @Nullable Object address(HttpRequest request) {
    Hop hop = hops.get(request);
    return hop == null ? null : hop.address;
  }

  /** {@code PlainHttpConnection.connectAsync(Exchange)}, below TLS too: a connection begins. */
  CompletableFuture<?> connecting(
      CompletableFuture<?> connected, Object connection, Object exchange) {
    Hop hop = connected.isDone() ? null : hops.get(internals.request(exchange));
    HopDriver driver = hop == null ? null : hop.driver;
    if (driver != null) {
      driver.opensConnection(exchange, connected);
    }
    return connected;
  }

  /**
   * {@code AsyncSSLConnection.connectAsync(Exchange)}: of a connection that the mesh secures the
   * handshake counts, as Envoy's connect timeout has it.
   */
  CompletableFuture<?> securing(
      CompletableFuture<?> connected, Object connection, Object exchange) {
    Hop hop = hops.get(internals.request(exchange));
    HopDriver driver = hop == null || !hop.secured ? null : hop.driver;
    if (driver != null) {
      driver.opensSecured(exchange, connection);
      driver.opensConnection(
          exchange, connected.thenCompose(unused -> internals.handshake(connection)));
    }
    return connected;
  }

  /** {@code HttpRequestImpl.proxy()}: a routed hop goes to its endpoint, not to a proxy. */
  @Nullable InetSocketAddress proxy(@Nullable InetSocketAddress proxy, HttpRequest request) {
    Hop hop = proxy == null ? null : hops.get(request);
    return hop != null && hop.address != null ? null : proxy;
  }
}
