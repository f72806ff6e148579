package io.inmesh.instrumentation.grpcserver;

import io.grpc.ServerStreamTracer;
import io.grpc.netty.NettyServerBuilder;
import java.util.ArrayList;
import java.util.List;

/** Where a server on Netty is about to be made. */
final class ServerAdvice {
  private final Servers servers;
  private final Transports transports;
  private final Internals internals;

  ServerAdvice(Servers servers, Transports transports, Internals internals) {
    this.servers = servers;
    this.transports = transports;
    this.internals = internals;
  }

  /**
   * {@code buildTransportServers(List)}: adds the interceptor that runs first, the last that was
   * added; returns the tracers in a list of the server's own.
   */
  List<ServerStreamTracer.Factory> building(
      NettyServerBuilder builder, List<ServerStreamTracer.Factory> tracers) {
    if (servers.add(builder)) {
      builder.intercept(new CallInterceptor(transports, internals.executors(builder)));
      builder.fallbackHandlerRegistry(new AnsweringRegistry(internals.fallback(builder)));
    }
    List<ServerStreamTracer.Factory> own = new ArrayList<>(tracers);
    servers.add(own);
    return own;
  }
}
