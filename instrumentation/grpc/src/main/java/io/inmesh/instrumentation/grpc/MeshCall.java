package io.inmesh.instrumentation.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.Mesh;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * A call of the app: routed when its headers are known, then driven by the engine or passed on as
 * it is. Until that is decided it keeps what the app does to it; no thread waits.
 */
final class MeshCall<A, B> extends ClientCall<A, B> {
  private static final String MODULE = "grpc";

  private final Meshed channel;
  private final Mesh mesh;
  private final MethodDescriptor<A, B> method;
  private final CallOptions options;
  private final Channel next;
  private final Context context = Context.current();
  private final CallExecutor executor;
  private final CallLimits limits;
  private final Outbox<A, B> outbox = new Outbox<>();
  private final Object lock = new Object();
  private @Nullable StartedCall<A, B> started;
  private @Nullable CallDriver<A, B> driver;
  private @Nullable ClientCall<A, B> passed;
  private boolean calledOff;
  private boolean halfClosed;
  private boolean sentOnce;

  MeshCall(Meshed channel, MethodDescriptor<A, B> method, CallOptions options, Channel next) {
    this.channel = channel;
    this.mesh = channel.mesh();
    this.method = method;
    this.options = options;
    this.next = next;
    this.executor = new CallExecutor(channel, options);
    this.limits = new CallLimits(mesh, context, options, this::callOff);
  }

  @Override
  public void start(Listener<B> listener, Metadata metadata) {
    if (started != null) {
      throw new IllegalStateException("Already started");
    }
    Metadata seen = new Metadata();
    seen.merge(metadata);
    limits.write(seen);
    String authority = options.getAuthority() == null ? next.authority() : options.getAuthority();
    GrpcRequestHead request =
        new GrpcRequestHead(channel, authority, method.getFullMethodName(), seen);
    StartedCall<A, B> call =
        new StartedCall<>(
            next,
            method,
            options,
            context,
            metadata,
            request,
            new AppListener<>(
                listener, context, thrown -> cancel("Failed to read message.", thrown)));
    started = call;
    Decision decision = mesh.route(request);
    if (decision instanceof Decision.Passthrough) {
      pass(listener, metadata, options);
      return;
    }
    limits.start();
    carryOut(decision, call);
  }

  private void carryOut(Decision decision, StartedCall<A, B> call) {
    if (decision instanceof Decision.Pending pending) {
      mesh.await(pending.need())
          .whenComplete(
              (unused, failure) ->
                  executor.execute(() -> carryOut(pending.after(mesh.route(call.head())), call)));
    } else if (decision instanceof RouteDecision route) {
      drive(route, call);
    } else if (decision instanceof Decision.TcpRoute tcp) {
      connectTo(tcp, call);
    } else if (decision instanceof LocalReply reply) {
      GrpcResponse answer = LocalReplies.response(channel.headers(), reply);
      close(call, answer.status(), answer.metadata());
    } else if (decision instanceof Decision.Refusal refusal) {
      refuse(call, new ConnectException(refusal.reason()));
    } else {
      pass(call.listener(), call.metadata(), options);
    }
  }

  private void drive(RouteDecision route, StartedCall<A, B> call) {
    RequestFlow flow = new RequestFlow(route, call.head());
    CallDriver<A, B> made;
    synchronized (lock) {
      if (calledOff) {
        return;
      }
      Exchange record = mesh.open(route, flow, MODULE);
      made = new CallDriver<>(channel, call, flow, record, executor, limits, outbox);
      driver = made;
      if (!halfClosed) {
        made.streams();
      }
      if (sentOnce) {
        made.sentOnce();
      }
    }
    made.start();
  }

  /** L4: the call goes to an endpoint of the cluster, and is the library's own otherwise. */
  private void connectTo(Decision.TcpRoute tcp, StartedCall<A, B> call) {
    Host host = mesh.pick(tcp);
    if (host == null) {
      refuse(call, new ConnectException("no healthy upstream in " + tcp.clusterName()));
      return;
    }
    CallOptions aimed = options;
    if (!host.isOriginalDestination()) {
      try {
        aimed =
            options.withOption(
                Aim.KEY, new Aim(mesh.labelled(host, call.head().authority()), unused -> {}));
      } catch (IOException e) {
        refuse(call, e);
        return;
      }
    }
    pass(call.listener(), call.metadata(), aimed);
  }

  private void pass(Listener<B> listener, Metadata metadata, CallOptions with) {
    limits.stop();
    ClientCall<A, B> call;
    Context outer = context.attach();
    try {
      call = next.newCall(method, with);
      call.start(listener, metadata);
    } finally {
      context.detach(outer);
    }
    boolean late;
    synchronized (lock) {
      late = calledOff;
      passed = call;
    }
    if (late) {
      call.cancel("Call cancelled", null);
      return;
    }
    outbox.attach(1, call, false);
    outbox.answered();
  }

  private void refuse(StartedCall<A, B> call, IOException why) {
    close(
        call, Status.UNAVAILABLE.withDescription(why.getMessage()).withCause(why), new Metadata());
  }

  private void close(StartedCall<A, B> call, @Nullable Status status, Metadata trailers) {
    limits.stop();
    outbox.forget();
    Status end = status == null ? Status.UNKNOWN : status;
    executor.execute(() -> call.listener().onClose(end, trailers));
  }

  /** The app, its deadline or its context ends the call. */
  private void callOff(Status status) {
    CallDriver<A, B> driven;
    ClientCall<A, B> own;
    synchronized (lock) {
      if (calledOff) {
        return;
      }
      calledOff = true;
      driven = driver;
      own = passed;
    }
    StartedCall<A, B> call = started;
    if (own != null) {
      own.cancel(status.getDescription(), status.getCause());
    } else if (driven != null) {
      limits.stop();
      driven.callOff(status);
    } else if (call != null) {
      close(call, status, new Metadata());
    }
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    String description =
        message == null && cause == null ? "Call cancelled without message" : message;
    callOff(Status.CANCELLED.withDescription(description).withCause(cause));
  }

  @Override
  public void request(int messages) {
    outbox.request(messages);
  }

  @Override
  public void sendMessage(A message) {
    if (message instanceof InputStream) {
      CallDriver<A, B> driven;
      synchronized (lock) {
        sentOnce = true;
        driven = driver;
      }
      if (driven != null) {
        driven.sentOnce();
      }
    }
    outbox.add(call -> call.sendMessage(message));
  }

  @Override
  public void halfClose() {
    outbox.add(ClientCall::halfClose);
    CallDriver<A, B> driven;
    synchronized (lock) {
      halfClosed = true;
      driven = driver;
    }
    if (driven != null) {
      driven.requestSent();
    }
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    outbox.add(call -> call.setMessageCompression(enabled));
  }

  @Override
  public boolean isReady() {
    return outbox.isReady();
  }

  @Override
  public Attributes getAttributes() {
    return outbox.attributes();
  }
}
