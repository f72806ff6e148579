package io.inmesh.control.client.transport;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts the bytes of a gRPC stream into messages: a flag byte, four bytes of length, the message.
 */
final class MessageDeframer {
  /** Larger messages are refused. */
  static final int MAX_MESSAGE = 256 * 1024 * 1024;

  private static final int PREFIX = 5;
  private static final int FIRST_CHUNK = 64 * 1024;

  private final byte[] prefix = new byte[PREFIX];
  private int prefixRead;
  private byte[] message = new byte[0];
  private int length;
  private int read;

  /**
   * Takes all readable bytes and hands over what is complete.
   *
   * @throws IllegalStateException where the bytes are no gRPC messages
   */
  void read(ByteBuf data, Consumer<byte[]> messages) {
    while (data.isReadable() || (prefixRead == PREFIX && read == length)) {
      if (prefixRead < PREFIX) {
        prefix[prefixRead++] = data.readByte();
        if (prefixRead == PREFIX) {
          begin();
        }
        continue;
      }
      int part = Math.min(length - read, data.readableBytes());
      grow(part);
      data.readBytes(message, read, part);
      read += part;
      if (read == length) {
        byte[] whole = message.length == length ? message : Arrays.copyOf(message, length);
        message = new byte[0];
        prefixRead = 0;
        read = 0;
        length = 0;
        messages.accept(whole);
      }
    }
  }

  private void begin() {
    if (prefix[0] != 0) {
      throw new IllegalStateException("a compressed message, though none was asked for");
    }
    length =
        (prefix[1] & 0xff) << 24
            | (prefix[2] & 0xff) << 16
            | (prefix[3] & 0xff) << 8
            | (prefix[4] & 0xff);
    if (length < 0 || length > MAX_MESSAGE) {
      throw new IllegalStateException(
          "a message of " + (length & 0xffffffffL) + " bytes; the limit is " + MAX_MESSAGE);
    }
  }

  // A length is only a claim: memory is taken as bytes arrive.
  private void grow(int part) {
    if (read + part > message.length) {
      int wanted = Math.max(Math.max(message.length * 2, FIRST_CHUNK), read + part);
      message = Arrays.copyOf(message, Math.min(wanted, length));
    }
  }
}
