package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.Http2Wire;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** Asks {@link GrpcServer} for what the pages of other servers answer. */
final class GrpcWire extends Http2Wire {
  /** Compressed or not, and a length. */
  private static final int PREFIX = 5;

  GrpcWire(Socket socket) throws IOException {
    super(socket);
  }

  @Override
  protected void ask(String target, String... headers) throws IOException {
    String method =
        switch (target) {
          case "/seen" -> "Seen";
          case "/headers" -> "Headers";
          default -> "Echo";
        };
    byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
    byte[] message =
        ByteBuffer.allocate(PREFIX + hello.length)
            .put((byte) 0)
            .putInt(hello.length)
            .put(hello)
            .array();
    ask(
        "POST",
        "/test.Items/" + method,
        message,
        Stream.concat(
                Stream.of("content-type: application/grpc", "te: trailers"), Arrays.stream(headers))
            .toArray(String[]::new));
  }

  @Override
  public Answer read() throws IOException {
    Answer answer = super.read();
    byte[] body = answer.body();
    return new Answer(
        answer.status(),
        answer.headers(),
        Arrays.copyOfRange(body, Math.min(PREFIX, body.length), body.length));
  }
}
