package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.ResetReason;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.RequestDriver;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Carries the attempts of one hop out with the library's own exchanges. */
final class HopDriver extends RequestDriver<HopDriver.Answer> {
  private final Mesh mesh;
  private final Internals internals;
  private final Sending sending;
  private final PeerAdvice peers;
  private final HttpRequest request;
  private final JdkRequestHead head;
  private final Hop hop;
  private final Hops hops;
  private final CompletableFuture<Object> result = new CompletableFuture<>();
  private final Map<Integer, Object> exchanges = new ConcurrentHashMap<>(2);
  private final @Nullable KeptBody kept;
  private volatile Object current;
  private @Nullable JdkHeadEditor editor;
  private volatile @Nullable Secured secured;

  /** A response head of the library and the exchange it came by. */
  record Answer(Object exchange, Object response) {}

  /** A connection over the mesh's TLS that an attempt has opened, and those opened earlier. */
  private record Secured(int number, Object connection, @Nullable Secured earlier) {}

  /** Lets the library send an exchange without the advice taking it for a new hop. */
  @FunctionalInterface
  interface Sending {
    CompletableFuture<Object> send(Object exchange);
  }

  HopDriver(
      Mesh mesh,
      RequestFlow flow,
      Exchange exchange,
      Internals internals,
      Sending sending,
      PeerAdvice peers,
      JdkRequestHead head,
      Hop hop,
      Hops hops,
      Object first) {
    super(mesh, flow, exchange, internals.executor(first));
    this.mesh = mesh;
    this.internals = internals;
    this.sending = sending;
    this.peers = peers;
    this.request = internals.request(first);
    this.head = head;
    this.hop = hop;
    this.hops = hops;
    this.current = first;
    this.kept = kept(flow);
  }

  private @Nullable KeptBody kept(RequestFlow flow) {
    HttpRequest.BodyPublisher body = request.bodyPublisher().orElse(null);
    if (!(body instanceof KeptBody own) || !(flow.mayRetry() || flow.isMirrored())) {
      return null;
    }
    if (own.keep(flow.bufferLimit(), mesh.replayBudget().share(), this::notReplayable)) {
      return own;
    }
    flow.bodyNotReplayable();
    return null;
  }

  private void forget() {
    if (kept != null) {
      kept.forget();
    }
  }

  /** The response head that the library is to go on with. */
  CompletableFuture<Object> result() {
    return result;
  }

  @Override
  protected void deliver(Answer answer) {
    forget();
    result.complete(answer.response());
  }

  @Override
  protected void fail(Throwable failure) {
    forget();
    hops.close(request, Exchange.End.FAILED);
    result.completeExceptionally(failure);
  }

  @Override
  protected void send(Host host, int number) throws IOException {
    if (internals.cancelled(current)) {
      throw new IOException("Request cancelled");
    }
    if (number > 1) {
      if (kept != null && !kept.isThere()) {
        throw new IOException("the request's body was sent in part and cannot be had again");
      }
      current = another(current);
    }
    exchanges.put(number, current);
    JdkHeadEditor changes = editor;
    if (changes != null) {
      changes.undo();
    }
    changes = new JdkHeadEditor(head, request, internals);
    editor = changes;
    flow().editRequest(changes, mesh.nanoTime());
    hop.path = changes.changedPath();
    hop.authority = changes.changedAuthority();
    hop.userHeaders = changes.changedHeaders();
    String authority = hop.authority;
    hop.connectTo(mesh.labelled(host, authority == null ? head.authority() : authority), head);
    sendFresh(current, number, true);
  }

  /** One of its exchanges opens a connection over the mesh's TLS. */
  synchronized void opensSecured(Object exchange, Object connection) {
    exchanges.forEach(
        (number, own) -> {
          if (own == exchange) {
            secured = new Secured(number, connection, secured);
          }
        });
  }

  /** Whether the handshake of an attempt's connection has ended well; of one in the pool it has. */
  private boolean isSecured(int number) {
    Secured opened = secured;
    while (opened != null && opened.number != number) {
      opened = opened.earlier;
    }
    if (opened == null) {
      return true;
    }
    CompletableFuture<?> handshake = internals.handshake(opened.connection);
    return handshake.isDone() && !handshake.isCompletedExceptionally();
  }

  /** One of its exchanges opens a connection. */
  void opensConnection(Object exchange, CompletableFuture<?> connected) {
    exchanges.forEach(
        (number, own) -> {
          if (own == exchange) {
            connecting(number, connected);
          }
        });
  }

  /** While an earlier attempt goes on, the library keeps that one's exchange for its own. */
  private Object another(Object exchange) {
    return flow().attemptsUnderWay() > 1
        ? internals.newExchange(exchange)
        : internals.replaceExchange(exchange);
  }

  /**
   * A pooled connection that the peer has closed in the meantime is the library's affair: it
   * repeats a request without a body once, and so no attempt is counted.
   */
  private void sendFresh(Object exchange, int number, boolean mayRepeat) {
    sending
        .send(exchange)
        .whenComplete(
            (response, failure) -> {
              if (failure == null) {
                responded(number, new Answer(exchange, response));
              } else if (mayRepeat && isRepeatable(exchange, failure)) {
                Object fresh = another(exchange);
                current = fresh;
                exchanges.put(number, fresh);
                sendFresh(fresh, number, false);
              } else {
                if (kept != null) {
                  // Told before the failure, so that nobody counts on another attempt.
                  kept.isThere();
                }
                failed(number, failure);
              }
            });
  }

  private boolean isRepeatable(Object exchange, Throwable failure) {
    return (request.method().equals("GET") || request.method().equals("HEAD"))
        && expired(failure)
        && !internals.cancelled(exchange);
  }

  private static boolean expired(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getClass().getSimpleName().equals("ConnectionExpiredException");
  }

  @Override
  protected int status(Answer answer) {
    return internals.status(answer.response());
  }

  @Override
  protected ResponseHeadView head(Answer answer) {
    HttpHeaders headers = internals.headers(answer.response());
    return name -> JdkRequestHead.joined(headers, name);
  }

  @Override
  protected void discard(Answer answer) {
    hop.discarding = answer.exchange();
    CompletableFuture<?> unused = internals.ignoreBody(answer.exchange());
  }

  @Override
  protected void abort(int number, IOException cause) {
    Object exchange = exchanges.getOrDefault(number, current);
    internals.executor(exchange).execute(() -> internals.cancel(exchange, cause));
  }

  @Override
  protected Answer forward(int number, Answer answer) {
    Object response = answer.response();
    if (internals.current(answer.exchange()) != answer.exchange()) {
      internals.setExchange(answer.exchange());
    }
    if (hop.secured && internals.version(response) == HttpClient.Version.HTTP_1_1) {
      peers.answered(answer.exchange(), head(answer));
    }
    JdkResponseEditor changes = new JdkResponseEditor(internals.headers(response));
    flow().editResponse(internals.status(response), changes, mesh.nanoTime());
    HttpHeaders changed = changes.changedHeaders();
    return changed == null
        ? answer
        : new Answer(
            answer.exchange(),
            internals.response(
                request,
                answer.exchange(),
                changed,
                internals.status(response),
                internals.version(response)));
  }

  @Override
  protected Answer reply(LocalReply reply) {
    hop.reply = reply;
    return new Answer(current, LocalReplies.head(internals, request, current, reply));
  }

  @Override
  protected List<LocalReply.Header> ownHeaders() {
    List<LocalReply.Header> own = new ArrayList<>();
    request.headers().map().forEach((name, values) -> add(own, name, values));
    internals
        .systemHeaders(request)
        .forEach(
            (name, values) -> {
              if (request.headers().firstValue(name).isEmpty()) {
                add(own, name, values);
              }
            });
    return own;
  }

  private static void add(List<LocalReply.Header> to, String name, List<String> values) {
    for (String value : values) {
      to.add(new LocalReply.Header(name.toLowerCase(Locale.ROOT), value));
    }
  }

  @Override
  protected void copyBody(long limit, Consumer<ByteBuffer> taker) {
    HttpRequest.BodyPublisher body = request.bodyPublisher().orElse(null);
    if (kept != null) {
      kept.onComplete(taker);
    } else if (body == null) {
      taker.accept(ByteBuffer.allocate(0));
    } else if (!HopAdvice.isSentOnce(request) && body.contentLength() <= limit) {
      body.subscribe(new BodyCopy(limit, taker));
    }
  }

  @Override
  protected @Nullable ResetReason resetReason(int number, Throwable failure) {
    if (internals.cancelled(current)) {
      return null;
    }
    if (failure instanceof HttpConnectTimeoutException) {
      // The app's own connect timeout.
      return null;
    }
    if (failure instanceof ConnectException
        || failure instanceof NoRouteToHostException
        || (failure instanceof SSLException && !isSecured(number))) {
      return ResetReason.REMOTE_CONNECTION_FAILURE;
    }
    if (!(failure instanceof IOException)) {
      return null;
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("REFUSED_STREAM") || message.contains("Refused stream")) {
      return ResetReason.REMOTE_REFUSED_STREAM_RESET;
    }
    if (message.contains("RST_STREAM")) {
      return ResetReason.REMOTE_RESET;
    }
    if (failure instanceof java.net.ProtocolException || message.contains("protocol error")) {
      return ResetReason.PROTOCOL_ERROR;
    }
    return ResetReason.CONNECTION_TERMINATION;
  }

  @Override
  protected boolean isCancelled() {
    return internals.cancelled(current);
  }

  @Override
  protected IOException nativeFailure(LocalReply reply) {
    return reply.cause() == LocalReply.Cause.TIMEOUT
        ? new java.net.http.HttpTimeoutException("request timed out")
        : new ConnectException(reply.body());
  }
}
