package io.inmesh.instrumentation.grpc;

import io.grpc.Channel;
import io.grpc.LoadBalancer;
import io.grpc.internal.GrpcUtil;
import io.grpc.internal.ManagedChannelImplBuilder;
import io.grpc.internal.ObjectPool;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the library keeps to itself: how a channel was built, and what it is made of. */
final class Internals {
  private static final String PACKAGE = "io.grpc.internal.";
  private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);

  private final MethodHandle target;
  private final MethodHandle direct;
  private final MethodHandle defaultPort;
  private final MethodHandle transports;
  private final MethodHandle executors;
  private final MethodHandle userAgent;
  private final MethodHandle attempts;
  private final Class<?> helperType;
  private final MethodHandle channel;
  private final MethodHandle helper;
  private final MethodHandle reconnect;

  Internals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    Class<?> builder = ManagedChannelImplBuilder.class;
    MethodHandles.Lookup in = MethodHandles.privateLookupIn(builder, site);
    target = in.findGetter(builder, "target", String.class).asType(GETTER);
    direct = in.findGetter(builder, "directServerAddress", SocketAddress.class).asType(GETTER);
    userAgent = in.findGetter(builder, "userAgent", String.class).asType(GETTER);
    executors = in.findGetter(builder, "executorPool", ObjectPool.class).asType(GETTER);
    transports =
        in.findGetter(
                builder,
                "clientTransportFactoryBuilder",
                ManagedChannelImplBuilder.ClientTransportFactoryBuilder.class)
            .asType(GETTER);
    defaultPort =
        in.findVirtual(builder, "getDefaultPort", MethodType.methodType(int.class))
            .asType(MethodType.methodType(int.class, Object.class));
    Class<?> real = type(site, "ManagedChannelImpl$RealChannel");
    attempts =
        MethodHandles.privateLookupIn(real, site)
            .findGetter(real, "clientCallImplChannel", Channel.class)
            .asType(MethodType.methodType(Channel.class, Object.class));
    helperType = type(site, "ManagedChannelImpl$LbHelperImpl");
    channel =
        MethodHandles.privateLookupIn(helperType, site)
            .findGetter(helperType, "this$0", type(site, "ManagedChannelImpl"))
            .asType(GETTER);
    Class<?> balancer = type(site, "AutoConfiguredLoadBalancerFactory$AutoConfiguredLoadBalancer");
    helper =
        MethodHandles.privateLookupIn(balancer, site)
            .findGetter(balancer, "helper", LoadBalancer.Helper.class)
            .asType(GETTER);
    Class<?> subchannel = type(site, "InternalSubchannel");
    reconnect =
        MethodHandles.privateLookupIn(subchannel, site)
            .findVirtual(subchannel, "resetConnectBackoff", MethodType.methodType(void.class))
            .asType(MethodType.methodType(void.class, Object.class));
  }

  private static Class<?> type(MethodHandles.Lookup site, String name)
      throws ClassNotFoundException {
    return Class.forName(PACKAGE + name, false, site.lookupClass().getClassLoader());
  }

  /**
   * Where a channel leads that a builder makes, or null if that is none of the mesh's affair: over
   * TLS, over another transport than Netty, or to a target that names no host.
   */
  @Nullable Destination destination(Object builder) {
    try {
      int port = (int) defaultPort.invokeExact(builder);
      String transport = ((Object) transports.invokeExact(builder)).getClass().getName();
      if (port != GrpcUtil.DEFAULT_PORT_PLAINTEXT
          || !transport.contains("io.grpc.netty.NettyChannelBuilder$")) {
        return null;
      }
      return Destination.of(
          (String) (Object) target.invokeExact(builder),
          (SocketAddress) (Object) direct.invokeExact(builder),
          port);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Where a channel's calls run that name no executor of their own. */
  @SuppressWarnings("unchecked")
  ObjectPool<? extends Executor> executors(Object builder) {
    return (ObjectPool<? extends Executor>) get(executors, builder);
  }

  /** What a channel says of itself in the header user-agent. */
  String userAgent(Object builder) {
    try {
      String app = (String) (Object) userAgent.invokeExact(builder);
      return GrpcUtil.getGrpcUserAgent("netty", app);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Where a channel's calls are made once it has been decided where they go: below its wait for the
   * app's resolver and below the retries of its service config.
   */
  Channel attempts(Object realChannel) {
    try {
      return (Channel) attempts.invokeExact(realChannel);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The channel that a load balancer's helper belongs to, or null if it is not a channel's own. */
  @Nullable Object channel(LoadBalancer.Helper ofTheChannel) {
    return helperType.isInstance(ofTheChannel) ? get(channel, ofTheChannel) : null;
  }

  /** The helper that a channel's load balancer was made with. */
  Object helper(Object balancer) {
    return get(helper, balancer);
  }

  /** Lets a subchannel whose connection has failed try again at once. */
  void reconnect(LoadBalancer.Subchannel subchannel) {
    try {
      reconnect.invokeExact(subchannel.getInternalSubchannel());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static Object get(MethodHandle getter, Object of) {
    try {
      return (Object) getter.invokeExact(of);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
