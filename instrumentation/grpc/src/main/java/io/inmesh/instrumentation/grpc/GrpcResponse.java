package io.inmesh.instrumentation.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response.
 *
 * @param attempt what it answers; null if the mesh does
 * @param metadata its headers or, of a response that is no more than that, its trailers
 * @param status null where messages may follow
 */
record GrpcResponse(@Nullable Attempt<?, ?> attempt, Metadata metadata, @Nullable Status status) {
  /** The HTTP status that it came with. */
  int httpStatus() {
    int http = status == null ? 0 : Resets.httpStatus(status);
    return http == 0 ? 200 : http;
  }

  /** A header, with those of the status as they were on the wire. */
  @Nullable String header(Headers headers, String name) {
    Status said = httpStatus() == 200 ? status : null;
    return switch (name) {
      case "content-type" -> "application/grpc";
      case "grpc-status" -> said == null ? null : Integer.toString(said.getCode().value());
      case "grpc-message" -> said == null ? null : said.getDescription();
      default -> headers.joined(metadata, name);
    };
  }
}
