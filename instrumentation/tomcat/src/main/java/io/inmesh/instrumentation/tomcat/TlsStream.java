package io.inmesh.instrumentation.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * The mesh's TLS over one socket that does not block. After the handshake one thread may read while
 * another writes.
 */
final class TlsStream {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Room beside a record, so that what the server says first goes out at once. */
  private static final int FLIGHT = 4 * 1024;

  private final SocketChannel socket;
  private final SSLEngine engine;

  /** Received, from position to limit; the reader's. */
  private final ByteBuffer in;

  /** Guards what is to be sent. */
  private final Object sending = new Object();

  private final int room;

  /**
   * To be sent, from position to limit. None while the handshake waits for the peer: many may be
   * under way of which nobody knows whether they will go on.
   */
  private ByteBuffer out = NOTHING;

  /** What was decrypted and found no room, from position to limit; the reader's. */
  private ByteBuffer spare = NOTHING;

  private boolean ended;

  /** Whether the socket gave less than there was room for, so that it had nothing more. */
  private boolean drained;

  /**
   * Begins the handshake.
   *
   * @param received the first bytes, copied
   * @throws SSLException where the engine has nothing to shake hands with
   */
  TlsStream(SocketChannel socket, SSLEngine engine, ByteBuffer received) throws SSLException {
    this.socket = socket;
    this.engine = engine;
    int record = engine.getSession().getPacketBufferSize();
    in = ByteBuffer.allocate(Math.max(record, received.remaining()));
    in.put(received).flip();
    room = record + FLIGHT;
    engine.beginHandshake();
  }

  /** The session, once the handshake is over. */
  SSLSession session() {
    return engine.getSession();
  }

  /**
   * Goes on with the handshake, delegated tasks included.
   *
   * @return 0 when it is over, the interest to wait for, or -1 where the peer has gone
   * @throws IOException where it has failed; the peer has got its alert
   */
  int handshake() throws IOException {
    try {
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NEED_TASK -> runTasks();
          case NEED_WRAP -> {
            if (!wrapMore() && !flush()) {
              return SelectionKey.OP_WRITE;
            }
          }
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
            if (!flush()) {
              return SelectionKey.OP_WRITE;
            }
            Status status =
                in.hasRemaining()
                    ? engine.unwrap(in, NOTHING).getStatus()
                    : Status.BUFFER_UNDERFLOW;
            if (status == Status.CLOSED) {
              return -1;
            }
            if (status == Status.BUFFER_UNDERFLOW) {
              int received = receive();
              if (received <= 0) {
                rest();
                return received < 0 ? -1 : SelectionKey.OP_READ;
              }
            }
          }
          case FINISHED, NOT_HANDSHAKING -> {
            // What follows the handshake is on its way.
            drained = false;
            return flush() ? 0 : SelectionKey.OP_WRITE;
          }
        }
      }
    } catch (SSLException e) {
      alert();
      throw e;
    }
  }

  private void rest() {
    synchronized (sending) {
      if (!out.hasRemaining()) {
        out = NOTHING;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private ByteBuffer room() {
    if (out == NOTHING) {
      out = ByteBuffer.allocate(room).limit(0);
    }
    return out;
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Adds what the engine wants to say; false where there is no room before the next flush. */
  private boolean wrapMore() throws SSLException {
    synchronized (sending) {
      int start = room().position();
      int end = out.limit();
      out.limit(out.capacity()).position(end);
      Status status;
      try {
        status = engine.wrap(NOTHING, out).getStatus();
      } finally {
        out.limit(out.position()).position(start);
      }
      return status != Status.BUFFER_OVERFLOW;
    }
  }

  /** Tells the peer what went wrong, as far as the socket takes it. */
  private void alert() {
    try {
      synchronized (sending) {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && wrapMore()) {
          flush();
        }
      }
    } catch (IOException unheard) {
      // The connection is closed anyway.
    }
  }

  /**
   * Reads from the socket at most once, and not where it had no more the last time: who is told so
   * waits for a selector, which sees what has come since. A server asks so after each request.
   *
   * @return bytes put into {@code target}, 0 where none have come, -1 at the end
   */
  int read(ByteBuffer target) throws IOException {
    int start = target.position();
    boolean received = false;
    while (target.hasRemaining()) {
      if (spare.hasRemaining()) {
        move(spare, target);
      } else if (!in.hasRemaining() || !unwrap(target)) {
        if (ended || received) {
          break;
        }
        if (drained && !in.hasRemaining()) {
          drained = target.position() > start;
          break;
        }
        received = true;
        int count = receive();
        ended = count < 0;
        if (count == 0) {
          break;
        }
      }
    }
    int count = target.position() - start;
    return count == 0 && ended ? -1 : count;
  }

  /** The same for several targets, the first ones first. */
  long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int count = read(targets[i]);
      if (count < 0) {
        return total == 0 ? -1 : total;
      }
      total += count;
      if (targets[i].hasRemaining()) {
        break;
      }
    }
    return total;
  }

  /** Decrypts one record; false where more of it has to come, or nothing ever will. */
  private boolean unwrap(ByteBuffer target) throws IOException {
    SSLEngineResult result;
    try {
      result = engine.unwrap(in, target);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        if (spare.capacity() == 0) {
          spare = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        }
        result = engine.unwrap(in, spare.clear());
        spare.flip();
      }
    } catch (SSLException e) {
      alert();
      throw e;
    }
    switch (result.getHandshakeStatus()) {
      case NEED_TASK -> throw new SSLException("the peer wants another handshake");
      case NEED_WRAP -> alert();
      default -> {
        // Nothing has to be said.
      }
    }
    ended |= result.getStatus() == Status.CLOSED;
    return result.getStatus() == Status.OK;
  }

  private static void move(ByteBuffer source, ByteBuffer target) {
    int count = Math.min(source.remaining(), target.remaining());
    target.put(target.position(), source, source.position(), count);
    target.position(target.position() + count);
    source.position(source.position() + count);
  }

  /** Reads what the socket has, behind what is there already. */
  private int receive() throws IOException {
    if (!in.hasRemaining()) {
      in.clear().limit(0);
    } else if (in.limit() == in.capacity()) {
      in.compact().flip();
    }
    int start = in.position();
    in.position(in.limit()).limit(in.capacity());
    try {
      int count = socket.read(in);
      drained = count > 0 && in.hasRemaining();
      return count;
    } finally {
      in.limit(in.position()).position(start);
    }
  }

  /** What has come and was not read, encrypted or not. */
  int unread() {
    return spare.remaining() + in.remaining();
  }

  /**
   * Encrypts one record, once what was encrypted before has been sent.
   *
   * @return bytes taken
   */
  int write(ByteBuffer source) throws IOException {
    synchronized (sending) {
      if (!flush() || !source.hasRemaining()) {
        return 0;
      }
      return sent(engine.wrap(source, room().clear()));
    }
  }

  /** The same for several sources. */
  long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    synchronized (sending) {
      return flush() ? sent(engine.wrap(sources, offset, length, room().clear())) : 0;
    }
  }

  private int sent(SSLEngineResult result) throws IOException {
    out.flip();
    if (result.getStatus() != Status.OK) {
      throw new IOException("nothing can be sent any more: " + result.getStatus());
    }
    flush();
    return result.bytesConsumed();
  }

  /** Sends what is encrypted; false where the socket does not take all of it. */
  boolean flush() throws IOException {
    synchronized (sending) {
      if (out.hasRemaining()) {
        socket.write(out);
      }
      if (out.hasRemaining()) {
        return false;
      }
      out.clear().limit(0);
      return true;
    }
  }

  /** How much is encrypted and not sent. */
  int unsent() {
    synchronized (sending) {
      return out.remaining();
    }
  }

  /** Says goodbye, as far as the socket takes it; it is not closed. */
  void end() {
    engine.closeOutbound();
    alert();
  }
}
