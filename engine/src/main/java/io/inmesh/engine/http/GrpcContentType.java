package io.inmesh.engine.http;

import org.jspecify.annotations.Nullable;

/** Envoy's test for gRPC. */
public final class GrpcContentType {
  private static final String GRPC = "application/grpc";

  private GrpcContentType() {}

  /** {@code application/grpc} or {@code application/grpc+…}; not grpc-web. */
  public static boolean isGrpc(@Nullable String contentType) {
    return contentType != null
        && contentType.startsWith(GRPC)
        && (contentType.length() == GRPC.length() || contentType.charAt(GRPC.length()) == '+');
  }
}
