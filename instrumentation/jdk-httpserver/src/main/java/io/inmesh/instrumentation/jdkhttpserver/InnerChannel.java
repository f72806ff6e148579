package io.inmesh.instrumentation.jdkhttpserver;

import io.inmesh.instrumentation.api.ForwardingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What stands between the mesh's TLS and the app's own inside it: a channel whose bytes are those
 * of the app's TLS.
 */
final class InnerChannel extends ForwardingChannel {
  private final TlsChannel tls;

  InnerChannel(SocketChannel real, TlsChannel tls) {
    super(real);
    this.tls = tls;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    byte[] bytes = new byte[into.remaining()];
    int count = tls.read(bytes, 0, bytes.length);
    if (count > 0) {
      into.put(bytes, 0, count);
    }
    return count;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    tls.write(bytes, 0, bytes.length);
    return bytes.length;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    return length == 0 ? 0 : read(into[offset]);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      written += write(from[i]);
    }
    return written;
  }

  @Override
  protected void implCloseSelectableChannel() throws IOException {
    real().close();
  }
}
