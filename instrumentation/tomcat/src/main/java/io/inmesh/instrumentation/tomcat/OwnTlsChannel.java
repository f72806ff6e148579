package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A channel of a connector with TLS of its own: Tomcat terminates it as ever, over a socket of ours
 * that looks at the first bytes and takes off the mesh's TLS where it stands around the app's.
 */
final class OwnTlsChannel extends SecureNioChannel implements MeshedChannel {
  private final InboundConnection connection;
  private @Nullable MeshSocket socket;

  OwnTlsChannel(SocketBufferHandler buffers, NioEndpoint endpoint, InboundConnection connection) {
    super(buffers, endpoint);
    this.connection = connection;
  }

  @Override
  public InboundConnection connection(SocketWrapperBase<?> wrapper) {
    return connection;
  }

  @Override
  public void reset(SocketChannel channel, NioSocketWrapper wrapper) throws IOException {
    super.reset(channel, wrapper);
    socket = new MeshSocket(channel);
    sc = socket;
  }

  @Override
  public @Nullable SocketChannel getIOChannel() {
    return socket == null ? null : socket.real();
  }

  @Override
  public int handshake(boolean read, boolean write) throws IOException {
    MeshSocket below = socket;
    if (below == null) {
      return -1;
    }
    int interest = below.decide(connection);
    if (interest != 0) {
      return interest;
    }
    if (!below.flush()) {
      return SelectionKey.OP_WRITE;
    }
    int before;
    do {
      // Tomcat reads once, then waits for the socket, which does not know of what waits in here.
      before = below.unread();
      interest = super.handshake(true, write);
    } while (interest == SelectionKey.OP_READ && below.unread() < before);
    return interest == SelectionKey.OP_READ && !below.flush() ? SelectionKey.OP_WRITE : interest;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return flushed() ? super.write(source) : 0;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return flushed() ? super.write(sources, offset, length) : 0;
  }

  private boolean flushed() throws IOException {
    return socket == null || socket.flush();
  }

  @Override
  public int getOutboundRemaining() {
    return super.getOutboundRemaining() + (socket == null ? 0 : socket.unsent());
  }

  @Override
  public boolean flushOutbound() throws IOException {
    int before = getOutboundRemaining();
    if (flushed()) {
      super.flushOutbound();
    }
    return getOutboundRemaining() < before;
  }

  @Override
  public void close(boolean force) throws IOException {
    try {
      super.close(force);
    } finally {
      connection.closed();
    }
  }

  @Override
  public void free() {
    connection.closed();
    super.free();
  }
}
