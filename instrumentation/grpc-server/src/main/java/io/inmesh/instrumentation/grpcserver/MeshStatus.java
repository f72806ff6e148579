package io.inmesh.instrumentation.grpcserver;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.inmesh.engine.LocalReply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The mesh's answers as the status of a call. */
final class MeshStatus {
  /** What gRPC itself makes of the status. */
  private static final Set<String> OF_GRPC =
      Set.of("content-type", "content-length", "grpc-status", "grpc-message");

  private MeshStatus() {}

  static void close(ServerCall<?, ?> call, LocalReply reply) {
    Metadata trailers = new Metadata();
    MetadataEditor editor = new MetadataEditor(trailers);
    for (LocalReply.Header header : reply.headers()) {
      if (!OF_GRPC.contains(header.name())) {
        editor.addHeader(header.name(), header.value());
      }
    }
    String code = reply.header("grpc-status");
    String message = reply.header("grpc-message");
    Status status =
        code == null ? Status.PERMISSION_DENIED : Status.fromCodeValue(Integer.parseInt(code));
    call.close(message == null ? status : status.withDescription(decoded(message)), trailers);
  }

  /** Percent-encoding undone; gRPC encodes it anew. */
  private static String decoded(String message) {
    if (message.indexOf('%') < 0) {
      return message;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c == '%' && i + 2 < message.length()) {
        bytes.write(Integer.parseInt(message.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
