package io.inmesh.instrumentation.jdkhttpserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * TLS on an accepted channel. One thread may read while another writes. Nothing blocks but the
 * channel itself: {@link #receive} where nothing has arrived, {@link #read} until something has,
 * {@link #write} where the peer does not read.
 */
final class TlsChannel {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;
  private final ReentrantLock reading = new ReentrantLock();
  private final ReentrantLock writing = new ReentrantLock();
  private ByteBuffer arrived;

  /** Takes no room before the peer is known: many may begin of which nobody knows who goes on. */
  private ByteBuffer plain = ByteBuffer.allocate(0);

  private ByteBuffer out;
  private boolean open;
  private boolean ended;

  /**
   * Begins the handshake.
   *
   * @param first what has been received already, from its position to its limit
   */
  TlsChannel(SocketChannel channel, SSLEngine engine, ByteBuffer first) throws SSLException {
    this.channel = channel;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    arrived = ByteBuffer.allocate(Math.max(packet, first.remaining())).put(first);
    out = ByteBuffer.allocate(packet);
    engine.beginHandshake();
  }

  /** Reads from the channel once; false at its end. */
  boolean receive() throws IOException {
    reading.lock();
    try {
      if (!arrived.hasRemaining()) {
        arrived = ByteBuffer.allocate(arrived.capacity() * 2).put(arrived.flip());
      }
      return channel.read(arrived) >= 0;
    } finally {
      reading.unlock();
    }
  }

  /**
   * Goes as far as what has arrived allows, through the handshake and beyond.
   *
   * @return how much the app can read at once
   * @throws SSLException where the peer is refused; it has been told why
   */
  int available() throws IOException {
    reading.lock();
    try {
      decrypt();
      return plain.remaining();
    } finally {
      reading.unlock();
    }
  }

  /** Whether the handshake is over. */
  boolean isOpen() {
    return open;
  }

  /** Whether the peer sends nothing more. */
  boolean hasEnded() {
    return ended;
  }

  SSLSession session() {
    return engine.getSession();
  }

  /** Reads like a stream: at least one byte, or -1 at the end. */
  int read(byte[] into, int offset, int length) throws IOException {
    reading.lock();
    try {
      while (length > 0 && !decrypt()) {
        ended = !receive();
      }
      if (length > 0 && !plain.hasRemaining()) {
        return -1;
      }
      int count = Math.min(length, plain.remaining());
      plain.get(into, offset, count);
      return count;
    } finally {
      reading.unlock();
    }
  }

  /** Writes all of it. */
  void write(byte[] from, int offset, int length) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(from, offset, length);
    writing.lock();
    try {
      while (source.hasRemaining()) {
        if (wrap(source).getStatus() == Status.CLOSED) {
          throw new SSLException("the TLS of this connection has ended");
        }
      }
    } finally {
      writing.unlock();
    }
  }

  /**
   * Tells the peer that nothing more comes, before the channel is closed; left out where another
   * thread is at it, since nobody may wait for that here.
   */
  void close() throws IOException {
    if (!reading.tryLock()) {
      return;
    }
    try {
      if (writing.tryLock()) {
        try {
          if (channel.isOpen()) {
            channel.configureBlocking(false);
            engine.closeOutbound();
            wrap(NOTHING.duplicate());
          }
        } finally {
          writing.unlock();
        }
      }
    } finally {
      reading.unlock();
    }
  }

  /** True where there is something for the app, or its end; false where more has to arrive. */
  private boolean decrypt() throws IOException {
    while (!plain.hasRemaining() && !ended) {
      if (!unwrap()) {
        return false;
      }
    }
    return true;
  }

  /** Takes one record; false where none has arrived whole. */
  private boolean unwrap() throws IOException {
    SSLEngineResult result;
    arrived.flip();
    plain.clear();
    try {
      result = engine.unwrap(arrived, plain);
    } catch (SSLException refused) {
      alert(refused);
      throw refused;
    } finally {
      arrived.compact();
      plain.flip();
    }
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> {
        return false;
      }
      case BUFFER_OVERFLOW -> {
        int size = engine.getSession().getApplicationBufferSize();
        plain = ByteBuffer.allocate(Math.max(size, plain.capacity() * 2)).limit(0);
      }
      case CLOSED -> ended = true;
      case OK -> {}
    }
    if (open && result.getStatus() == Status.OK && renegotiates(result)) {
      throw new SSLException("the peer asks for another handshake");
    }
    answer();
    open |=
        result.getStatus() == Status.OK
            && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    return true;
  }

  /** The peer would become somebody else; TLS 1.3 has no such thing. */
  private boolean renegotiates(SSLEngineResult result) {
    return result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
        && engine.getSession().getProtocol().equals("TLSv1.2");
  }

  /** Computes and sends what the handshake asks for. */
  private void answer() throws IOException {
    while (true) {
      HandshakeStatus status = engine.getHandshakeStatus();
      if (status == HandshakeStatus.NEED_TASK) {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
        }
      } else if (status == HandshakeStatus.NEED_WRAP) {
        writing.lock();
        try {
          if (wrap(NOTHING.duplicate()).getStatus() == Status.CLOSED) {
            return;
          }
        } catch (SSLException refused) {
          alert(refused);
          throw refused;
        } finally {
          writing.unlock();
        }
      } else {
        return;
      }
    }
  }

  /** The peer is told what is wrong, as far as it still listens. */
  private void alert(SSLException refused) {
    writing.lock();
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          && wrap(NOTHING.duplicate()).getStatus() == Status.OK) {
        // One record more.
      }
    } catch (IOException gone) {
      refused.addSuppressed(gone);
    } finally {
      writing.unlock();
    }
  }

  /** Makes and sends one record; the caller holds the lock for writing. */
  private SSLEngineResult wrap(ByteBuffer source) throws IOException {
    out.clear();
    SSLEngineResult result = engine.wrap(source, out);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      out = ByteBuffer.allocate(out.capacity() * 2);
      return wrap(source);
    }
    out.flip();
    while (out.hasRemaining() && channel.write(out) > 0) {
      // A blocking channel takes all of it.
    }
    return result;
  }
}
