package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.ForwardingChannel;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundConnection.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The socket below TLS that Tomcat terminates: what was read to decide is read again, or comes out
 * of the mesh's own TLS around it. It cannot be registered with a selector; the real one can.
 */
final class MeshSocket extends ForwardingChannel {
  /** More than any ClientHello. */
  private static final int MOST = 128 * 1024;

  private ByteBuffer first = ByteBuffer.allocate(2 * 1024);
  private @Nullable TlsStream tls;
  private boolean decided;

  MeshSocket(SocketChannel real) {
    super(real);
  }

  /** Looks at first bytes and shakes hands; returns what {@link TlsStream#handshake} does. */
  int decide(InboundConnection connection) throws IOException {
    if (decided) {
      return 0;
    }
    if (tls == null) {
      int interest = look(connection);
      if (tls == null) {
        return interest;
      }
    }
    int interest = tls.handshake();
    if (interest == 0) {
      decided = connection.secured(tls.session());
      return decided ? 0 : -1;
    }
    return interest;
  }

  private int look(InboundConnection connection) throws IOException {
    if (!first.hasRemaining() && first.capacity() < MOST) {
      first = ByteBuffer.allocate(2 * first.capacity()).put(first.flip());
    }
    if (!first.hasRemaining() || real().read(first) < 0) {
      return -1;
    }
    ByteBuffer received = first.duplicate().flip();
    Verdict verdict = connection.look(received);
    if (verdict instanceof Verdict.More) {
      return SelectionKey.OP_READ;
    }
    if (verdict instanceof Verdict.Terminate terminate) {
      tls = new TlsStream(real(), terminate.engine(), received);
      first.clear().limit(0);
      return 0;
    }
    first.flip();
    decided = verdict instanceof Verdict.Pass;
    return decided ? 0 : -1;
  }

  /** What has come and was not read yet. */
  int unread() {
    return tls != null ? tls.unread() : first.remaining();
  }

  /** What was written and is not sent yet. */
  int unsent() {
    return tls != null ? tls.unsent() : 0;
  }

  /** Sends it; false where the real socket does not take all of it. */
  boolean flush() throws IOException {
    return tls == null || tls.flush();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (tls != null) {
      return tls.read(target);
    }
    if (!first.hasRemaining()) {
      return real().read(target);
    }
    int count = Math.min(first.remaining(), target.remaining());
    target.put(first.slice(first.position(), count));
    first.position(first.position() + count);
    return count;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    if (tls != null) {
      return tls.read(targets, offset, length);
    }
    return first.hasRemaining() ? read(targets[offset]) : real().read(targets, offset, length);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return tls != null ? tls.write(source) : real().write(source);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return tls != null ? tls.write(sources, offset, length) : real().write(sources, offset, length);
  }

  @Override
  protected void implCloseSelectableChannel() throws IOException {
    try {
      if (tls != null) {
        tls.end();
      }
    } finally {
      real().close();
    }
  }
}
