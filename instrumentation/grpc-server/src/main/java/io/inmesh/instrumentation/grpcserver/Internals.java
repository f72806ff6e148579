package io.inmesh.instrumentation.grpcserver;

import io.grpc.HandlerRegistry;
import io.grpc.internal.ObjectPool;
import io.grpc.internal.ServerImplBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.Executor;

/** The members of the transport that are not public. */
final class Internals {
  private final MethodHandle serverImplBuilder;
  private final MethodHandle fallback;
  private final MethodHandle tracers;
  private final MethodHandle context;

  Internals(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
    Class<?> handler =
        lookup.findClass(NettyServerBuilder.class.getPackageName() + ".NettyServerHandler");
    serverImplBuilder =
        MethodHandles.privateLookupIn(NettyServerBuilder.class, lookup)
            .findGetter(NettyServerBuilder.class, "serverImplBuilder", ServerImplBuilder.class);
    fallback =
        MethodHandles.privateLookupIn(ServerImplBuilder.class, lookup)
            .findGetter(ServerImplBuilder.class, "fallbackRegistry", HandlerRegistry.class);
    MethodHandles.Lookup inside = MethodHandles.privateLookupIn(handler, lookup);
    tracers =
        inside
            .findGetter(handler, "streamTracerFactories", List.class)
            .asType(MethodType.methodType(List.class, Object.class));
    context =
        inside
            .findVirtual(handler, "ctx", MethodType.methodType(ChannelHandlerContext.class))
            .asType(MethodType.methodType(ChannelHandlerContext.class, Object.class));
  }

  /** The executor of a server's calls. */
  ObjectPool<? extends Executor> executors(NettyServerBuilder builder) {
    try {
      return ((ServerImplBuilder) serverImplBuilder.invokeExact(builder)).getExecutorPool();
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** The registry that a server asks where its own services do not know a method. */
  HandlerRegistry fallback(NettyServerBuilder builder) {
    try {
      ServerImplBuilder of = (ServerImplBuilder) serverImplBuilder.invokeExact(builder);
      return (HandlerRegistry) fallback.invokeExact(of);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** The tracers of the server that a {@code NettyServerHandler} belongs to. */
  List<?> tracers(Object handler) {
    try {
      return (List<?>) tracers.invokeExact(handler);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** The channel of a {@code NettyServerHandler}. */
  Channel channel(Object handler) {
    try {
      return ((ChannelHandlerContext) context.invokeExact(handler)).channel();
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(Throwable cause) {
    return new IllegalStateException("gRPC's server is not as its version says", cause);
  }
}
