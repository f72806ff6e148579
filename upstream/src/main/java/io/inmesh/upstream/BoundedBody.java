package io.inmesh.upstream;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/** The first bytes of a body. */
final class BoundedBody {
  // Whatever the configuration says, a check must not fill the heap.
  private static final long MOST = 1 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
  private final int limit;

  /**
   * @param limit in bytes; 0 is the most there may be
   */
  BoundedBody(long limit) {
    this.limit = (int) (limit == 0 ? MOST : Math.min(limit, MOST));
  }

  void add(ByteBuf more) {
    byte[] part = new byte[Math.min(more.readableBytes(), limit - bytes.size())];
    more.readBytes(part);
    bytes.writeBytes(part);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
