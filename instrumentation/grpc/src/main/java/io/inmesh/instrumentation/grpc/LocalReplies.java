package io.inmesh.instrumentation.grpc;

import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.internal.GrpcUtil;
import io.inmesh.engine.LocalReply;

/** Envoy's answers as the library would have read them off the wire. */
final class LocalReplies {
  private LocalReplies() {}

  static GrpcResponse response(Headers headers, LocalReply reply) {
    Metadata trailers = new Metadata();
    for (LocalReply.Header header : reply.headers()) {
      headers.add(trailers, header.name(), header.value());
    }
    Status status = trailers.get(InternalStatus.CODE_KEY);
    if (status == null) {
      return new GrpcResponse(
          null,
          trailers,
          GrpcUtil.httpStatusToGrpcStatus(reply.status()).withDescription(reply.body()));
    }
    String message = trailers.get(InternalStatus.MESSAGE_KEY);
    trailers.discardAll(InternalStatus.CODE_KEY);
    trailers.discardAll(InternalStatus.MESSAGE_KEY);
    return new GrpcResponse(null, trailers, status.withDescription(message));
  }
}
