package io.inmesh.instrumentation.jdkhttpserver;

import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundConnection.Verdict;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection between the library's streams and its channel. Used by one thread at a
 * time, but for writing, which may go on beside reading.
 */
final class MeshConnection {
  private static final int FIRST_BYTES = 4096;

  private final @Nullable InboundConnection inbound;
  private final SocketChannel channel;
  private final Object server;
  private final Object connection;

  /** What came before it was decided about; the library reads it first. */
  private ByteBuffer first = ByteBuffer.allocate(0);

  private boolean decided;
  private boolean readsItself;
  private boolean secured;
  private volatile @Nullable TlsChannel tls;
  private volatile @Nullable ServedRequest request;

  /**
   * @param inbound null where the mesh has nothing to do with it
   * @param server the library's {@code ServerImpl}
   * @param connection the library's {@code HttpConnection}
   */
  MeshConnection(
      @Nullable InboundConnection inbound,
      SocketChannel channel,
      Object server,
      Object connection) {
    this.inbound = inbound;
    this.channel = channel;
    this.server = server;
    this.connection = connection;
    this.decided = inbound == null;
    this.readsItself = inbound == null;
  }

  @Nullable InboundConnection inbound() {
    return inbound;
  }

  Object server() {
    return server;
  }

  Object connection() {
    return connection;
  }

  /** Where it was accepted. */
  int port() {
    return channel.socket().getLocalPort();
  }

  /** Whether it has been decided what the connection is. */
  boolean isDecided() {
    return decided;
  }

  /**
   * Takes what has arrived, which the server's selector has seen; reads from the channel once at
   * most, so it does not block.
   *
   * @param buffered the stream above, null before the first request
   * @return whether a request can be read; false where more has to arrive first
   * @throws IOException where the connection is to be closed
   */
  boolean advance(@Nullable InputStream buffered) throws IOException {
    boolean begins = !decided && look();
    TlsChannel secure = tls;
    if (secure == null) {
      return decided;
    }
    if (buffered != null && buffered.available() > 0) {
      return true;
    }
    if (!begins && secure.available() == 0 && !secure.receive()) {
      return ended(secure);
    }
    int available = secure.available();
    if (!secured && secure.isOpen()) {
      secured = true;
      if (inbound == null || !inbound.secured(secure.session())) {
        throw new IOException("the mesh refuses the peer");
      }
    }
    return available > 0 || (secure.hasEnded() && ended(secure));
  }

  /** The library reads the end for itself. */
  private static boolean ended(TlsChannel secure) throws IOException {
    if (!secure.isOpen()) {
      throw new EOFException("the connection ended in the handshake");
    }
    return true;
  }

  /** Decides by the first bytes; true where TLS begins with them. */
  private boolean look() throws IOException {
    if (inbound == null) {
      return false;
    }
    ByteBuffer received = ByteBuffer.allocate(first.remaining() + FIRST_BYTES).put(first);
    if (channel.read(received) < 0) {
      throw new EOFException("the connection ended before it said anything");
    }
    first = received.flip();
    Verdict verdict = inbound.look(first.asReadOnlyBuffer());
    if (verdict instanceof Verdict.Close close) {
      throw new IOException(close.reason());
    }
    if (verdict instanceof Verdict.Terminate terminate) {
      tls = new TlsChannel(channel, terminate.engine(), first);
      first = ByteBuffer.allocate(0);
    }
    decided = !(verdict instanceof Verdict.More);
    return tls != null;
  }

  /** What the app's own TLS is to use for a channel; null where the mesh terminates none. */
  @Nullable SocketChannel inner() {
    TlsChannel secure = tls;
    return secure == null ? null : new InnerChannel(channel, secure);
  }

  /** Whether something has come for the app's own TLS that no selector would see. */
  boolean hasInner() throws IOException {
    TlsChannel secure = tls;
    return secure != null && secure.available() > 0;
  }

  /** What the app's own TLS is to read before all else. */
  ByteBuffer takeFirst() {
    ByteBuffer taken = first;
    first = ByteBuffer.allocate(0);
    return taken;
  }

  /** {@code ReadStream.read}: null lets the library read from the channel. */
  @Nullable Integer read(byte[] into, int offset, int length) throws IOException {
    TlsChannel secure = tls;
    if (secure != null) {
      return secure.read(into, offset, length);
    }
    if (!first.hasRemaining()) {
      readsItself = true;
      return null;
    }
    int count = Math.min(length, first.remaining());
    first.get(into, offset, count);
    return count;
  }

  /** {@code ReadStream.available}: null lets the library say, which it can once it has read. */
  @Nullable Integer available() throws IOException {
    TlsChannel secure = tls;
    if (secure != null) {
      return secure.available();
    }
    return readsItself ? null : Integer.valueOf(first.remaining());
  }

  /** {@code WriteStream.write}: false lets the library write to the channel. */
  boolean write(byte[] from, int offset, int length) throws IOException {
    TlsChannel secure = tls;
    if (secure == null) {
      return false;
    }
    secure.write(from, offset, length);
    return true;
  }

  /** The request that is under way, or the last one. */
  @Nullable ServedRequest request() {
    return request;
  }

  /** A request begins. */
  void begin(ServedRequest next) {
    request = next;
  }

  /** The channel is about to be closed. */
  void closing() throws IOException {
    TlsChannel secure = tls;
    if (secure != null) {
      secure.close();
    }
  }

  /** The channel is closed. */
  void closed() {
    ServedRequest last = request;
    if (last != null) {
      last.ended(Exchange.End.FAILED);
    }
    if (inbound != null) {
      inbound.closed();
    }
  }
}
