package io.inmesh.instrumentation.grpcserver;

import io.grpc.ServerStreamTracer;
import io.grpc.netty.NettyServerBuilder;
import io.inmesh.instrumentation.api.IdentityMap;
import java.util.List;

/**
 * Which servers ask about their calls: those that were built with our interceptor. A server is told
 * by its list of tracers, which is all that builder and transport have in common. Thread-safe.
 */
final class Servers {
  private final IdentityMap<NettyServerBuilder, Boolean> builders = new IdentityMap<>(gone -> {});
  private final IdentityMap<List<?>, Boolean> asking = new IdentityMap<>(gone -> {});

  /** Whether a builder is new. */
  boolean add(NettyServerBuilder builder) {
    if (builders.get(builder) != null) {
      return false;
    }
    builders.put(builder, true);
    return true;
  }

  /** What stands for a server that asks. */
  void add(List<ServerStreamTracer.Factory> tracers) {
    asking.put(tracers, true);
  }

  boolean asks(List<?> tracers) {
    return asking.get(tracers) != null;
  }
}
