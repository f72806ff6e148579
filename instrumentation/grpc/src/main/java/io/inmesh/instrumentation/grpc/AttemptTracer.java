package io.inmesh.instrumentation.grpc;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees of an attempt what its listener is not told: its bytes, and whether the server itself has
 * ended it.
 */
final class AttemptTracer extends ClientStreamTracer.Factory {
  private final @Nullable Aim aim;
  private final LongConsumer sent;
  private final LongConsumer received;
  private long bytesSent;
  private volatile boolean onTheWire;
  private volatile boolean hasTrailers;

  /**
   * @param sent hears how many bytes of messages have been sent so far
   * @param received hears of bytes of messages as they arrive
   */
  AttemptTracer(@Nullable Aim aim, LongConsumer sent, LongConsumer received) {
    this.aim = aim;
    this.sent = sent;
    this.received = received;
  }

  /** Whether the server has sent a status. */
  boolean hasTrailers() {
    return hasTrailers;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    // What has not left the process yet is the library's own affair.
    if (info.isTransparentRetry() && onTheWire && aim != null) {
      aim.spend();
    }
    return new ClientStreamTracer() {
      @Override
      public void outboundHeaders() {
        onTheWire = true;
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        hasTrailers = true;
      }

      @Override
      public void outboundUncompressedSize(long bytes) {
        bytesSent += bytes;
        sent.accept(bytesSent);
      }

      @Override
      public void inboundWireSize(long bytes) {
        received.accept(bytes);
      }
    };
  }
}
