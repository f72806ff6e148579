package io.inmesh.control.client.transport;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * Buffers on the heap, also those that a socket is read into. The JDK's TLS is shared with the app,
 * and most apps give it heap buffers (those of Netty and the JDK's HTTP client do not): code
 * compiled for these alone is thrown away when a direct one comes by, be it for a ping, and what is
 * compiled for both is slower.
 */
final class HeapBuffers extends AbstractByteBufAllocator {
  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
  }

  /** Who asks for one does so for speed, and takes the other. */
  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return newHeapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}
