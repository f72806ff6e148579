package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundConnection.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A channel of a connector that speaks in clear: what Tomcat calls its handshake is our look at the
 * first bytes, and the mesh's TLS where they ask for it. The type tells Tomcat not to send files
 * past the channel; nothing of its TLS is used, and no TLS is shown to the app.
 */
final class MeshChannel extends SecureNioChannel implements MeshedChannel {
  private static final ByteBuffer UNUSED = ByteBuffer.allocate(0);

  /** Read by threads of streams that may outlive their connection, and so with its wrapper. */
  private volatile @Nullable Use use;

  private @Nullable TlsStream tls;
  private boolean clear;
  private boolean decided;

  private record Use(InboundConnection connection, @Nullable NioSocketWrapper wrapper) {}

  MeshChannel(SocketBufferHandler buffers, NioEndpoint endpoint) {
    super(buffers, endpoint);
    netInBuffer = UNUSED;
    netOutBuffer = UNUSED;
  }

  /** The connection that this channel is for from now on. */
  void accepted(InboundConnection next) {
    use = new Use(next, null);
  }

  @Override
  public @Nullable InboundConnection connection(SocketWrapperBase<?> wrapper) {
    Use current = use;
    return current != null && current.wrapper == wrapper ? current.connection : null;
  }

  /**
   * Whether the last connection was none of TLS: another one may have the channel and its buffers.
   */
  boolean inClear() {
    return tls == null;
  }

  /** Forgets its connection; no effect the second time. */
  void ended() {
    Use last = use;
    use = null;
    if (last != null) {
      last.connection.closed();
    }
  }

  @Override
  public void reset(SocketChannel channel, NioSocketWrapper wrapper) throws IOException {
    super.reset(channel, wrapper);
    Use accepted = use;
    use = accepted == null ? null : new Use(accepted.connection, wrapper);
    clear = false;
    decided = false;
  }

  @Override
  public void free() {
    ended();
    getBufHandler().free();
  }

  @Override
  public boolean isHandshakeComplete() {
    return decided;
  }

  @Override
  public int handshake(boolean read, boolean write) throws IOException {
    Use current = use;
    if (current == null) {
      return -1;
    }
    InboundConnection connection = current.connection;
    if (tls == null) {
      int interest = look(connection);
      if (tls == null) {
        return interest;
      }
    }
    int interest = tls.handshake();
    if (interest == 0) {
      decided = connection.secured(tls.session());
      if (!decided) {
        return -1;
      }
      getBufHandler().expand(tls.session().getApplicationBufferSize());
    }
    return interest;
  }

  /** Reads into the buffer where Tomcat looks first: there is nothing to push back. */
  private int look(InboundConnection connection) throws IOException {
    SocketBufferHandler buffers = getBufHandler();
    buffers.configureReadBufferForWrite();
    if (!buffers.getReadBuffer().hasRemaining()) {
      buffers.expand(2 * buffers.getReadBuffer().capacity());
    }
    ByteBuffer first = buffers.getReadBuffer();
    if (sc.read(first) < 0) {
      return -1;
    }
    ByteBuffer received = first.duplicate().flip();
    Verdict verdict = connection.look(received);
    if (verdict instanceof Verdict.More) {
      return SelectionKey.OP_READ;
    }
    if (verdict instanceof Verdict.Pass) {
      clear = true;
      decided = true;
      return 0;
    }
    if (verdict instanceof Verdict.Terminate terminate) {
      tls = new TlsStream(sc, terminate.engine(), received);
      first.clear();
      return 0;
    }
    return -1;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return tls != null ? tls.read(target) : socket().read(target);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return tls != null ? tls.read(targets, offset, length) : socket().read(targets, offset, length);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    checkInterruptStatus();
    return tls != null ? tls.write(source) : socket().write(source);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    checkInterruptStatus();
    return tls != null
        ? tls.write(sources, offset, length)
        : socket().write(sources, offset, length);
  }

  /** The socket itself, once that is allowed. */
  private SocketChannel socket() throws IOException {
    if (!clear) {
      throw new IOException("the mesh has not decided about the connection");
    }
    return sc;
  }

  @Override
  public int getOutboundRemaining() {
    return tls != null ? tls.unsent() : 0;
  }

  @Override
  public boolean flushOutbound() throws IOException {
    if (tls == null) {
      return false;
    }
    int before = tls.unsent();
    tls.flush();
    return tls.unsent() < before;
  }

  @Override
  public void close() throws IOException {
    close(true);
  }

  @Override
  public void close(boolean force) throws IOException {
    try {
      if (tls != null) {
        tls.end();
      }
    } finally {
      sc.close();
      ended();
    }
  }

  @Override
  public boolean isClosing() {
    return false;
  }

  @Override
  public @Nullable SSLSupport getSSLSupport() {
    return null;
  }
}
