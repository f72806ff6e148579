package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/** Routes each call of a channel where it is about to leave for the wire. */
final class MeshInterceptor implements ClientInterceptor {
  private final Meshed channel;

  MeshInterceptor(Meshed channel) {
    this.channel = channel;
  }

  @Override
  public <A, B> ClientCall<A, B> interceptCall(
      MethodDescriptor<A, B> method, CallOptions options, Channel next) {
    return new MeshCall<>(channel, method, options, next);
  }
}
