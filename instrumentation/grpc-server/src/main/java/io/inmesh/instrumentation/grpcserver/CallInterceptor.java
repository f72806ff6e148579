package io.inmesh.instrumentation.grpcserver;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.internal.ObjectPool;
import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.channel.Channel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Asks about each call before any interceptor of the app sees it. Thread-safe. */
final class CallInterceptor implements ServerInterceptor {
  private final Transports transports;
  private final ObjectPool<? extends Executor> executors;

  /**
   * @param executors the executor of the server's calls
   */
  CallInterceptor(Transports transports, ObjectPool<? extends Executor> executors) {
    this.transports = transports;
    this.executors = executors;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Channel channel = transports.channel(call.getAttributes());
    if (channel == null) {
      if (!transports.acts()) {
        return next.startCall(call, headers);
      }
      call.close(
          Status.PERMISSION_DENIED.withDescription("the mesh cannot tell whose call this is"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    InboundConnection connection = transports.connection(channel);
    if (connection == null) {
      return next.startCall(call, headers);
    }
    Admission admission;
    // Calls of one connection come on many threads.
    synchronized (connection) {
      admission = connection.admit(new GrpcRequestHead(call, headers), GrpcServerModule.NAME);
    }
    return follow(admission, channel, call, headers, next);
  }

  private <Q, A> ServerCall.Listener<Q> follow(
      Admission admission,
      Channel channel,
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> next) {
    if (admission instanceof Admission.Answered answered) {
      MeshStatus.close(call, answered.reply());
      if (answered.close()) {
        GoAway.on(channel);
      }
      return new ServerCall.Listener<>() {};
    }
    if (admission instanceof Admission.Delayed delayed) {
      HeldCall<Q> held = new HeldCall<>();
      channel
          .eventLoop()
          .schedule(
              () ->
                  onExecutor(
                      () ->
                          held.start(
                              () -> follow(delayed.next().get(), channel, call, headers, next))),
              delayed.nanos(),
              TimeUnit.NANOSECONDS);
      return held;
    }
    if (admission instanceof Admission.Admitted admitted) {
      admitted.editRequest(new GrpcHeadEditor(call, headers));
      AdmittedCall<Q, A> observed = new AdmittedCall<>(call, admitted, channel);
      return observed.listener(next.startCall(observed, headers));
    }
    return next.startCall(call, headers);
  }

  private void onExecutor(Runnable task) {
    onExecutor(executors, task);
  }

  private static <E extends Executor> void onExecutor(ObjectPool<E> pool, Runnable task) {
    E executor = pool.getObject();
    executor.execute(
        () -> {
          try {
            task.run();
          } finally {
            pool.returnObject(executor);
          }
        });
  }
}
