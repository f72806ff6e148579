package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.LoadBalancer;
import io.grpc.MethodDescriptor;
import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.Mesh;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a channel is built, where its calls leave it, and where they find a connection. */
final class ChannelAdvice {
  private final Mesh mesh;
  private final Internals internals;
  private final Headers headers;
  private final IdentityMap<Object, Destination> channels = new IdentityMap<>(unused -> {});

  ChannelAdvice(Mesh mesh, Internals internals, Headers headers) {
    this.mesh = mesh;
    this.internals = internals;
    this.headers = headers;
  }

  /** {@code ManagedChannelImplBuilder.getEffectiveInterceptors}: the first is next to the wire. */
  List<ClientInterceptor> interceptors(List<ClientInterceptor> ofTheApp, Object builder) {
    Destination destination = internals.destination(builder);
    if (destination == null) {
      return ofTheApp;
    }
    List<ClientInterceptor> all = new ArrayList<>(ofTheApp.size() + 1);
    all.add(
        new MeshInterceptor(
            new Meshed(
                mesh,
                headers,
                destination,
                internals.userAgent(builder),
                internals.executors(builder))));
    all.addAll(ofTheApp);
    return all;
  }

  /** {@code new ManagedChannelImpl(...)}: it makes a load balancer whenever it leaves idleness. */
  void created(Object channel, Object builder) {
    Destination destination = internals.destination(builder);
    if (destination != null) {
      channels.put(channel, destination);
    }
  }

  /** {@code RealChannel.newCall}: an attempt waits for no resolver, and nobody else retries it. */
  @Nullable Object call(Object channel, MethodDescriptor<?, ?> method, CallOptions options) {
    return options.getOption(Aim.KEY) == null ? null : made(channel, method, options);
  }

  private <A, B> ClientCall<A, B> made(
      Object channel, MethodDescriptor<A, B> method, CallOptions options) {
    return internals.attempts(channel).newCall(method, options);
  }

  /** {@code new AutoConfiguredLoadBalancer(...)}. */
  LoadBalancer.Helper helper(Object factory, LoadBalancer.Helper ofTheChannel) {
    Object channel = internals.channel(ofTheChannel);
    Destination destination = channel == null ? null : channels.get(channel);
    return destination == null
        ? ofTheChannel
        : new MeshHelper(mesh, internals, headers, destination, ofTheChannel);
  }

  /** {@code AutoConfiguredLoadBalancer.shutdown}: the channel becomes idle, or ends. */
  @Nullable Object shutdown(Object balancer) {
    if (internals.helper(balancer) instanceof MeshHelper ours) {
      ours.close();
    }
    return null;
  }
}
