package io.inmesh.instrumentation.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Splits received bytes into TLS records; keeps what is not a whole one yet. Not thread-safe. */
final class Records {
  private static final int HEADER = 5;
  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 24;

  /** Of a ciphertext, by TLS 1.2; 1.3 allows less. */
  private static final int LONGEST = HEADER + (1 << 14) + 2048;

  private @Nullable ByteBuf rest;

  /**
   * The next whole record, which the caller releases; null once all of {@code received} is taken.
   *
   * @throws SSLException where it is no TLS
   */
  @Nullable ByteBuf next(ByteBuf received, ByteBufAllocator allocator) throws SSLException {
    ByteBuf begun = rest;
    if (begun == null) {
      int length = length(received);
      if (length <= received.readableBytes()) {
        return received.readRetainedSlice(length);
      }
      if (!received.isReadable()) {
        return null;
      }
      begun = allocator.heapBuffer(length);
      rest = begun;
    }
    while (received.isReadable()) {
      int missing = length(begun) - begun.readableBytes();
      begun.writeBytes(received, Math.min(missing, received.readableBytes()));
      if (begun.readableBytes() >= HEADER && begun.readableBytes() == length(begun)) {
        rest = null;
        return begun;
      }
    }
    return null;
  }

  /** Of the record that begins there; where its header is not whole, that of the header. */
  private static int length(ByteBuf record) throws SSLException {
    int at = record.readerIndex();
    if (record.readableBytes() < HEADER) {
      return HEADER;
    }
    int type = record.getUnsignedByte(at);
    int length = HEADER + record.getUnsignedShort(at + 3);
    if (type < FIRST_TYPE || type > LAST_TYPE) {
      throw new SSLException("the peer does not speak TLS: its record begins with byte " + type);
    }
    if (length > LONGEST) {
      throw new SSLException("the peer sends a TLS record of " + length + " bytes");
    }
    return length;
  }

  /** Lets go of what is kept. */
  void release() {
    if (rest != null) {
      rest.release();
      rest = null;
    }
  }
}
