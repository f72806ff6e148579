package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.ResetReason;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.instrumentation.api.ReplayBudget;
import io.inmesh.instrumentation.api.RequestDriver;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries the attempts of one call out, each by a call of the library's own. */
final class CallDriver<A, B> extends RequestDriver<GrpcResponse> {
  private final Mesh mesh;
  private final Headers headers;
  private final Executor executor;
  private final StartedCall<A, B> call;
  private final CallLimits limits;
  private final Outbox<A, B> outbox;
  private volatile @Nullable Attempt<A, B> current;
  private volatile @Nullable Attempt<A, B> winner;
  private volatile @Nullable Status calledOff;
  private volatile @Nullable Status cut;
  private final ReplayBudget.Share kept;
  private boolean outgrown;

  CallDriver(
      Meshed channel,
      StartedCall<A, B> call,
      RequestFlow flow,
      Exchange exchange,
      Executor executor,
      CallLimits limits,
      Outbox<A, B> outbox) {
    super(channel.mesh(), flow, exchange, executor);
    this.mesh = channel.mesh();
    this.headers = channel.headers();
    this.executor = executor;
    this.call = call;
    this.limits = limits;
    this.outbox = outbox;
    this.kept = mesh.replayBudget().share();
  }

  /** The app may still be writing when the call starts. */
  void streams() {
    requestStreams();
  }

  /** A message can be had once only. */
  void sentOnce() {
    notReplayable();
  }

  /** The app, or a limit of its own, ends the call. */
  void callOff(Status status) {
    calledOff = status;
    cancelled(new CallEnd(status));
  }

  @Override
  protected void send(Host host, int number) throws IOException {
    // An answer may come before this attempt is told anything, and must not be taken for the last
    // one's.
    outbox.detach(number - 1);
    Metadata wire = new Metadata();
    wire.merge(call.metadata());
    limits.write(wire);
    GrpcHeadEditor edit = new GrpcHeadEditor(headers, call.head(), wire);
    flow().editRequest(edit, mesh.nanoTime());
    LabelledHost to = mesh.labelled(host, edit.authority());
    Aim aim =
        host.isOriginalDestination()
            ? null
            : new Aim(to, connected -> connecting(number, connected));
    AttemptTracer tracer = new AttemptTracer(aim, this::sent, this::received);
    // The limits of the app hold over all attempts; a sidecar is never long in getting ready.
    CallOptions options =
        edit.options(call.options())
            .withDeadline(null)
            .withoutWaitForReady()
            .withStreamTracerFactory(tracer);
    if (aim != null) {
      options = options.withOption(Aim.KEY, aim);
    }
    Attempt<A, B> attempt = new Attempt<>(this, number, tracer);
    current = attempt;
    Context context = call.context().fork();
    Context outer = context.attach();
    ClientCall<A, B> made;
    try {
      made = call.next().newCall(edit.method(call.method()), options);
      attempt.start(made, wire);
    } finally {
      context.detach(outer);
    }
    outbox.attach(number, made, flow().mayRetry());
  }

  /** The head of a response that may have messages. */
  void headers(Attempt<A, B> attempt, Metadata received) {
    responded(attempt.number(), new GrpcResponse(attempt, received, null));
  }

  void message(Attempt<A, B> attempt, B message) {
    if (attempt == winner) {
      call.listener().onMessage(message);
    }
  }

  void ready(Attempt<A, B> attempt) {
    if (attempt == current) {
      call.listener().onReady();
    }
  }

  /** An attempt is over: by the server's word, or for want of one. */
  void closed(Attempt<A, B> attempt, Status status, Metadata trailers) {
    // A server that knows the app's deadline may end the call before our timer does.
    Status late =
        status.getCode() == Status.Code.CANCELLED && !attempt.hasTrailers()
            ? limits.exceeded()
            : null;
    if (late != null && calledOff == null) {
      callOff(late);
    }
    if (attempt == winner) {
      end(attempt, status, trailers);
    } else if (attempt.hasTrailers() || Resets.httpStatus(status) > 0) {
      responded(attempt.number(), new GrpcResponse(attempt, trailers, status));
    } else {
      failed(attempt.number(), Resets.of(status, trailers));
    }
  }

  private void end(Attempt<A, B> attempt, Status status, Metadata trailers) {
    Status own = calledOff != null ? calledOff : cut;
    limits.stop();
    ended(attempt.hasTrailers() ? Exchange.End.COMPLETE : Exchange.End.FAILED);
    call.listener().onClose(own == null ? status : own, trailers);
  }

  private void sent(long bytes) {
    if (outgrown || winner != null) {
      return;
    }
    if (bytes > flow().bufferLimit() || !kept.growTo(bytes)) {
      outgrown = true;
      forget();
      notReplayable();
    }
  }

  private void forget() {
    outbox.forget();
    kept.release();
  }

  @Override
  protected void deliver(GrpcResponse response) {
    Status status = response.status();
    if (status == null) {
      winner = current;
      call.listener().onHeaders(response.metadata());
      outbox.answered();
      kept.release();
      return;
    }
    boolean ofTheMesh = response.attempt() == null;
    ended(ofTheMesh ? Exchange.End.LOCAL_REPLY : Exchange.End.COMPLETE);
    close(status, response.metadata());
  }

  @Override
  protected void fail(Throwable failure) {
    if (failure instanceof CallEnd end) {
      close(end.status(), new Metadata());
    } else if (failure instanceof StatusException own) {
      Metadata trailers = own.getTrailers();
      close(own.getStatus(), trailers == null ? new Metadata() : trailers);
    } else if (failure instanceof IOException) {
      Status status = Status.UNAVAILABLE.withDescription(failure.getMessage());
      close(status.withCause(failure), new Metadata());
    } else {
      close(Status.fromThrowable(failure), new Metadata());
    }
  }

  private void close(Status status, Metadata trailers) {
    limits.stop();
    forget();
    executor.execute(() -> call.listener().onClose(status, trailers));
  }

  @Override
  protected int status(GrpcResponse response) {
    return response.httpStatus();
  }

  @Override
  protected ResponseHeadView head(GrpcResponse response) {
    return name -> response.header(headers, name);
  }

  @Override
  protected void discard(GrpcResponse response) {
    Attempt<?, ?> attempt = response.attempt();
    if (attempt != null && response.status() == null) {
      outbox.detach(attempt.number());
      attempt.abort(new IOException("the mesh has dropped the response"));
    }
  }

  @Override
  protected void abort(int number, IOException cause) {
    Attempt<A, B> attempt = current;
    if (attempt == null || attempt.number() != number) {
      return;
    }
    outbox.detach(number);
    if (attempt == winner) {
      cut = Status.UNAVAILABLE.withDescription(cause.getMessage());
    }
    if (mesh.ownThread()) {
      executor.execute(() -> attempt.abort(cause));
    } else {
      attempt.abort(cause);
    }
  }

  @Override
  protected GrpcResponse forward(int number, GrpcResponse response) {
    flow()
        .editResponse(
            response.httpStatus(),
            new MetadataEditor(headers, response.metadata()),
            mesh.nanoTime());
    return response;
  }

  @Override
  protected GrpcResponse reply(LocalReply reply) {
    return LocalReplies.response(headers, reply);
  }

  @Override
  protected List<LocalReply.Header> ownHeaders() {
    List<LocalReply.Header> own = new ArrayList<>();
    for (String name : call.metadata().keys()) {
      for (String value : headers.lines(call.metadata(), name)) {
        own.add(new LocalReply.Header(name, value));
      }
    }
    return own;
  }

  /** Copies go out over HTTP/1.1, where nobody understands gRPC. */
  @Override
  protected void copyBody(long limit, Consumer<ByteBuffer> taker) {}

  @Override
  protected @Nullable ResetReason resetReason(int number, Throwable failure) {
    if (failure instanceof Reset reset) {
      return reset.reason();
    }
    return failure instanceof ConnectException ? ResetReason.REMOTE_CONNECTION_FAILURE : null;
  }

  @Override
  protected boolean isCancelled() {
    return calledOff != null;
  }

  @Override
  protected IOException nativeFailure(LocalReply reply) {
    return reply.cause() == LocalReply.Cause.TIMEOUT
        ? new CallEnd(Status.DEADLINE_EXCEEDED.withDescription(reply.body()))
        : new ConnectException("io exception");
  }
}
