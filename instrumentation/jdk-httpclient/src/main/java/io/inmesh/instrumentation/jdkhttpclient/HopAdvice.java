package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.Mesh;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Routes each hop where the library is about to send it. */
final class HopAdvice {
  private static final String MODULE = "jdk-httpclient";

  private final Mesh mesh;
  private final Internals internals;
  private final Hops hops;
  private final PeerAdvice peers;
  private final HopDriver.Sending sender = this::send;

  /** The exchange that this thread sends on behalf of a driver. */
  private final ThreadLocal<@Nullable Object> sending = new ThreadLocal<>();

  HopAdvice(Mesh mesh, Internals internals, Hops hops, PeerAdvice peers) {
    this.mesh = mesh;
    this.internals = internals;
    this.hops = hops;
    this.peers = peers;
  }

  /** {@code Exchange.responseAsync()}: null lets the library send the request as it is. */
  @Nullable Object responseAsync(Object exchange) {
    if (sending.get() == exchange || mesh.ownThread()) {
      return null;
    }
    HttpRequest request = internals.request(exchange);
    if (request.uri() == null || request.uri().getHost() == null) {
      // CONNECT to a proxy.
      return null;
    }
    JdkRequestHead head = new JdkRequestHead(request);
    return carryOut(mesh.route(head), exchange, request, head);
  }

  private @Nullable CompletableFuture<Object> carryOut(
      Decision decision, Object exchange, HttpRequest request, JdkRequestHead head) {
    if (decision instanceof Decision.Passthrough) {
      return null;
    }
    if (decision instanceof Decision.Pending pending) {
      return mesh.await(pending.need())
          .handleAsync(
              (unused, failure) -> pending.after(mesh.route(head)), internals.executor(exchange))
          .thenCompose(
              next -> {
                CompletableFuture<Object> sent = carryOut(next, exchange, request, head);
                return sent != null ? sent : send(exchange);
              })
          .toCompletableFuture();
    }
    if (decision instanceof Decision.Refusal refusal) {
      return CompletableFuture.failedFuture(new ConnectException(refusal.reason()));
    }
    if (decision instanceof LocalReply reply) {
      hops.open(request).reply = reply;
      return CompletableFuture.completedFuture(
          LocalReplies.head(internals, request, exchange, reply));
    }
    if (decision instanceof Decision.TcpRoute tcp) {
      return connectTo(tcp, exchange, request, head);
    }
    return drive((RouteDecision) decision, exchange, request, head);
  }

  private CompletableFuture<Object> drive(
      RouteDecision decision, Object exchange, HttpRequest request, JdkRequestHead head) {
    Hop hop = hops.open(request);
    RequestFlow flow = new RequestFlow(decision, head, true);
    if (isSentOnce(request)) {
      flow.bodyNotReplayable();
    }
    Exchange record = mesh.open(decision, flow, MODULE);
    HopDriver driver =
        new HopDriver(mesh, flow, record, internals, sender, peers, head, hop, hops, exchange);
    hop.driver = driver;
    driver.start();
    return driver.result();
  }

  /**
   * BodyPublishers.fromPublisher where it could not be made a {@link KeptBody}: a request of a
   * class of the app's own.
   */
  static boolean isSentOnce(HttpRequest request) {
    return request
        .bodyPublisher()
        .filter(body -> body.getClass().getSimpleName().equals("PublisherAdapter"))
        .isPresent();
  }

  /** L4: the app's own TLS goes to an endpoint of the cluster. */
  private CompletableFuture<Object> connectTo(
      Decision.TcpRoute tcp, Object exchange, HttpRequest request, JdkRequestHead head) {
    Host host = mesh.pick(tcp);
    if (host == null) {
      return CompletableFuture.failedFuture(
          new ConnectException("no healthy upstream in " + tcp.clusterName()));
    }
    try {
      hops.open(request).connectTo(mesh.labelled(host, head.authority()), head);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return send(exchange);
  }

  private CompletableFuture<Object> send(Object exchange) {
    Object outer = sending.get();
    sending.set(exchange);
    try {
      return internals.responseAsync(exchange);
    } finally {
      // Not remove(): the next look would make the entry anew.
      sending.set(outer);
    }
  }

  /**
   * {@code Exchange.ignoreBody()}: the library drops a response to follow it with another request.
   */
  @Nullable Object ignoreBody(Object exchange) {
    HttpRequest request = internals.request(exchange);
    Hop hop = hops.get(request);
    if (hop == null) {
      return null;
    }
    if (hop.discarding == exchange) {
      hop.discarding = null;
      return null;
    }
    boolean local = hop.reply != null;
    Object current = internals.current(exchange);
    hops.close(request, Exchange.End.FOLLOWED);
    if (local) {
      return CompletableFuture.completedFuture(null);
    }
    // After a retry the library still holds the first exchange; the body is that of the last.
    return current == exchange ? null : internals.ignoreBody(current);
  }

  /** {@code Exchange.cancel(IOException)}: the app, or the request's own timeout. */
  @Nullable Object cancel(Object exchange, IOException cause) {
    Hop hop = hops.get(internals.request(exchange));
    HopDriver driver = hop == null ? null : hop.driver;
    if (driver != null && internals.cancelled(exchange)) {
      driver.cancelled(cause);
    }
    return null;
  }
}
