package io.inmesh.upstream;

import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.http.ResponseHeadView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of {@code grpc.health.v1.Health/Check} as they are on the wire: a request with one
 * text, a response with one number.
 */
final class GrpcHealth {
  static final String PATH = "/grpc.health.v1.Health/Check";

  static final Map<String, String> HEADERS =
      Map.of("te", "trailers", "content-type", "application/grpc");

  private static final int PREFIX = 5;
  private static final int SERVICE_TAG = 1 << 3 | 2;
  private static final int STATUS_TAG = 1 << 3;
  private static final int SERVING = 1;

  private GrpcHealth() {}

  /** The request with the prefix of a message; no service is the whole server. */
  static byte[] request(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(name.length + 8);
    if (name.length > 0) {
      message.put((byte) SERVICE_TAG);
      int rest = name.length;
      for (; rest >= 0x80; rest >>>= 7) {
        message.put((byte) (rest | 0x80));
      }
      message.put((byte) rest).put(name);
    }
    message.flip();
    return ByteBuffer.allocate(PREFIX + message.remaining())
        .put((byte) 0)
        .putInt(message.remaining())
        .put(message)
        .array();
  }

  /**
   * What an answer means: SERVING is a success, everything else is not.
   *
   * @param grpcStatus of the trailers, or of the head where there are none
   */
  static HealthCheckResult judge(
      int status, ResponseHeadView head, byte[] body, @Nullable String grpcStatus) {
    String type = head.header("content-type");
    boolean ok =
        status == 200
            && type != null
            && type.startsWith("application/grpc")
            && "0".equals(grpcStatus)
            && status(body) == SERVING;
    return ok ? HealthCheckResult.SUCCESS : HealthCheckResult.FAILURE;
  }

  /** The status of the one message in a body; -1 where there is none, or not just one. */
  private static int status(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    if (in.remaining() < PREFIX || in.get() != 0 || in.getInt() != in.remaining()) {
      return -1;
    }
    // proto3 does not write UNKNOWN, which is 0; a value of one byte is all there is.
    return in.remaining() >= 2 && in.get() == STATUS_TAG ? in.get() : 0;
  }
}
