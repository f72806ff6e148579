package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.ResetReason;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.instrumentation.api.Acquaintances;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.RequestDriver;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import okhttp3.Connection;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** Carries the attempts of one hop out, each by letting the rest of the library's chain proceed. */
final class HopDriver extends RequestDriver<Response> {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final Mesh mesh;
  private final CallerThread caller;
  private final Internals internals;
  private final Attempts attempts;
  private final Acquaintances<Connection> peers;
  private final Calls calls;
  private final Interceptor.Chain chain;
  private final Object call;
  private final OkRequestHead head;
  private final @Nullable KeptBody kept;
  private boolean failed;
  private boolean secured;

  /** Whether the peer of the last attempt had our metadata before. */
  private boolean told;

  private volatile @Nullable Host last;

  HopDriver(
      Mesh mesh,
      RequestFlow flow,
      Exchange exchange,
      CallerThread caller,
      Internals internals,
      Attempts attempts,
      Acquaintances<Connection> peers,
      Calls calls,
      Interceptor.Chain chain,
      OkRequestHead head) {
    super(mesh, flow, exchange, caller);
    this.mesh = mesh;
    this.caller = caller;
    this.internals = internals;
    this.attempts = attempts;
    this.peers = peers;
    this.calls = calls;
    this.chain = chain;
    this.call = internals.call(chain);
    this.head = head;
    this.kept = kept(chain.request().body(), mesh, flow);
  }

  private @Nullable KeptBody kept(@Nullable RequestBody body, Mesh mesh, RequestFlow flow) {
    return body == null || !body.isOneShot() || body.isDuplex()
        ? null
        : new KeptBody(body, flow.bufferLimit(), mesh.replayBudget().share(), this::notReplayable);
  }

  @Override
  protected void send(Host host, int number) throws IOException {
    OkHeadEditor changes = new OkHeadEditor(head, this::isTold);
    flow().editRequest(changes, mesh.nanoTime());
    Request request = request(changes, host);
    last = host;
    told = false;
    LabelledHost target = mesh.labelled(host, changes.authority());
    secured = target.tls().isPresent();
    Response response;
    try {
      response = proceed(target, request, number == 1);
    } catch (IOException | RuntimeException e) {
      failed(number, e);
      return;
    }
    responded(number, response);
  }

  private boolean isTold() {
    Connection connection = secured ? internals.connection(call) : null;
    told = connection != null && peers.isTold(connection);
    return told;
  }

  private Request request(OkHeadEditor changes, Host host) {
    Request own = chain.request();
    Request.Builder attempt = own.newBuilder();
    if (kept != null) {
      attempt.method(own.method(), kept);
    }
    if (host.isOriginalDestination()) {
      // The app's own proxy may be in between, and then the library names the target in full.
      return changes.applied(attempt.build());
    }
    return attempt.tag(OkHeadEditor.class, changes).build();
  }

  /**
   * One attempt. On a connection that had died in the pool it goes out again, as without a mesh.
   */
  private Response proceed(LabelledHost target, Request request, boolean first) throws IOException {
    aim(target, first);
    while (true) {
      try {
        Response response = chain.proceed(request);
        failed = false;
        return response;
      } catch (IOException | RuntimeException e) {
        failed = true;
        boolean stale = isStale(e);
        internals.giveBack(call);
        if (!stale) {
          throw e;
        }
      }
      // A new connection has served nobody: this ends when the pool has no other dead one.
      aim(target, false);
    }
  }

  private void aim(LabelledHost target, boolean first) throws IOException {
    attempts.aim(target, internals.client(call));
    try {
      internals.prepare(call, chain.request(), chain, first, failed);
    } finally {
      attempts.release();
    }
  }

  /** By the library's own rule of when a failure is repeated. */
  private boolean isStale(Throwable failure) {
    RequestBody body = chain.request().body();
    return resetReason(failure) == ResetReason.CONNECTION_TERMINATION
        && (body == null || (!body.isOneShot() && !body.isDuplex()))
        && internals.client(call).retryOnConnectionFailure()
        && internals.hasServed(call);
  }

  @Override
  protected void deliver(Response response) {
    forget();
    caller.deliver(response);
  }

  @Override
  protected void fail(Throwable failure) {
    forget();
    caller.fail(failure);
  }

  private void forget() {
    if (kept != null) {
      kept.forget();
    }
  }

  @Override
  protected int status(Response response) {
    return response.code();
  }

  @Override
  protected ResponseHeadView head(Response response) {
    Headers headers = response.headers();
    return name -> OkRequestHead.joined(headers, name);
  }

  @Override
  protected void discard(Response response) {
    response.close();
  }

  @Override
  protected void abort(int number, IOException cause) {
    internals.abort(call);
  }

  @Override
  protected Response forward(int number, Response response) {
    Connection connection = secured && !told ? internals.connection(call) : null;
    if (connection != null) {
      peers.answered(connection, head(response));
    }
    HeaderChanges changes = new HeaderChanges(response.headers());
    flow().editResponse(response.code(), changes, mesh.nanoTime());
    // One builder for all: each copies the headers.
    Response.Builder forwarded = observed(response);
    changes.applyTo(forwarded, response.headers());
    if (!response.request().isHttps()) {
      // The app asked in clear and sees no TLS.
      forwarded.handshake(null);
    }
    return forwarded.build();
  }

  /** The response with a body that tells the record of the request, where it has one. */
  private Response.Builder observed(Response response) {
    Response.Builder observed = response.newBuilder();
    ResponseBody body = response.body();
    if (body != null && response.code() != SWITCHING_PROTOCOLS) {
      ObservedBody listening = new ObservedBody(body, this, calls);
      calls.handedOver(listening, this);
      observed.body(listening);
    }
    return observed;
  }

  @Override
  protected Response reply(LocalReply reply) {
    return observed(LocalReplies.response(chain.request(), reply)).build();
  }

  @Override
  protected List<LocalReply.Header> ownHeaders() {
    Headers headers = chain.request().headers();
    List<LocalReply.Header> own = new ArrayList<>(headers.size());
    for (int i = 0; i < headers.size(); i++) {
      own.add(new LocalReply.Header(headers.name(i).toLowerCase(Locale.ROOT), headers.value(i)));
    }
    return own;
  }

  @Override
  protected void copyBody(long limit, Consumer<ByteBuffer> taker) {
    if (kept != null) {
      kept.onComplete(taker);
      return;
    }
    RequestBody body = chain.request().body();
    Buffer copy = new Buffer();
    try {
      if (body != null) {
        if (body.isOneShot() || body.isDuplex() || body.contentLength() > limit) {
          return;
        }
        body.writeTo(copy);
      }
    } catch (IOException e) {
      // The attempt itself will meet the same failure and report it.
      return;
    }
    if (copy.size() <= limit) {
      taker.accept(ByteBuffer.wrap(copy.readByteArray()));
    }
  }

  @Override
  protected @Nullable ResetReason resetReason(int number, Throwable failure) {
    return resetReason(failure);
  }

  private @Nullable ResetReason resetReason(Throwable failure) {
    Throwable cause = failure;
    // A RuntimeException of the library's own around what the connection said.
    if (failure.getClass().getSimpleName().equals("RouteException") && failure.getCause() != null) {
      cause = failure.getCause();
    }
    if (chain.call().isCanceled()) {
      return null;
    }
    if (cause instanceof SocketTimeoutException) {
      // Else the app's own time-out.
      return isConnectTimeout(cause) ? ResetReason.CONNECTION_TIMEOUT : null;
    }
    if (cause instanceof ConnectException
        || cause instanceof NoRouteToHostException
        || (cause instanceof SSLException && inHandshake(cause))) {
      return ResetReason.REMOTE_CONNECTION_FAILURE;
    }
    if (cause instanceof ProtocolException) {
      return ResetReason.PROTOCOL_ERROR;
    }
    if (hasNoOtherRoute(cause)) {
      return ResetReason.CONNECTION_TERMINATION;
    }
    if (!(cause instanceof IOException)) {
      return null;
    }
    String message = String.valueOf(cause.getMessage());
    if (message.contains("REFUSED_STREAM")) {
      return ResetReason.REMOTE_REFUSED_STREAM_RESET;
    }
    return message.contains("stream was reset")
        ? ResetReason.REMOTE_RESET
        : ResetReason.CONNECTION_TERMINATION;
  }

  /**
   * A new connection over HTTP/2 had gone before its first exchange: OkHttp 3.14 looks for another
   * route, of which there is none, and does not expect that.
   */
  private static boolean hasNoOtherRoute(Throwable failure) {
    StackTraceElement[] frames = failure.getStackTrace();
    return failure instanceof NoSuchElementException
        && frames.length > 0
        && frames[0].getClassName().startsWith("okhttp3.internal.connection.RouteSelector");
  }

  private boolean isConnectTimeout(Throwable timeout) {
    Host host = last;
    boolean handshake = inHandshake(timeout);
    if (handshake && flow().decision().keepsOwnTls()) {
      return false;
    }
    int own = handshake ? chain.readTimeoutMillis() : chain.connectTimeoutMillis();
    return host != null
        && (own == 0 || host.cluster().connectTimeout().toMillis() < own)
        && (handshake || String.valueOf(timeout.getMessage()).contains("onnect"));
  }

  // To the library it is a read like any other; only the stack tells.
  private static boolean inHandshake(Throwable failure) {
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getMethodName().equals("startHandshake")) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected boolean isCancelled() {
    return chain.call().isCanceled();
  }

  @Override
  protected IOException nativeFailure(LocalReply reply) {
    return reply.cause() == LocalReply.Cause.TIMEOUT
        ? new SocketTimeoutException("timeout")
        : new ConnectException(reply.body());
  }
}
