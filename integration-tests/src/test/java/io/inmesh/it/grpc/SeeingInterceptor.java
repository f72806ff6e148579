package io.inmesh.it.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** An interceptor of the app: adds the headers of a call, and notes what comes back. */
final class SeeingInterceptor implements ClientInterceptor {
  @Override
  public <A, B> ClientCall<A, B> interceptCall(
      MethodDescriptor<A, B> method, CallOptions options, Channel next) {
    Seen seen = options.getOption(Seen.KEY);
    if (seen == null) {
      throw new IllegalStateException("every call of this app notes what it sees");
    }
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<B> listener, Metadata headers) {
        headers.merge(seen.sent);
        super.start(noting(listener, seen), headers);
      }
    };
  }

  private static <B> ClientCall.Listener<B> noting(ClientCall.Listener<B> listener, Seen seen) {
    return new SimpleForwardingClientCallListener<>(listener) {
      @Override
      public void onHeaders(Metadata headers) {
        seen.received.merge(headers);
        super.onHeaders(headers);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        seen.received.merge(trailers);
        super.onClose(status, trailers);
      }
    };
  }
}
