package io.inmesh.instrumentation.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The mesh's TLS at the head of a pipeline. The handlers after it know nothing of it: to them the
 * channel becomes active when the handshake has ended, and bytes are in clear. Not Netty's own
 * SslHandler, by which apps tell whether they speak https. On the channel's event loop alone.
 */
final class TlsHandler extends ChannelDuplexHandler {
  static final String NAME = "inmesh-tls";

  /** Of plain bytes in one record. */
  private static final int MOST_PLAIN = 1 << 14;

  private static final long CLOSE_SECONDS = 3;

  private enum State {
    CONNECTING,
    HANDSHAKE,
    OPEN,
    CLOSED
  }

  private final SSLEngine engine;
  private final Handshake handshake;
  private final Records records = new Records();

  // Set when the handler is added, before anything else is called.
  private @Nullable ChannelHandlerContext context;
  private @Nullable OutgoingBytes outgoing;

  private State state = State.CONNECTING;
  private boolean active;
  private boolean flushAsked;
  private boolean fileUnderWay;
  private boolean inputClosed;
  private boolean delivered;

  /**
   * @param handshake what it leads to
   */
  TlsHandler(SSLEngine engine, Handshake handshake) {
    this.engine = engine;
    this.handshake = handshake;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws SSLException {
    context = added;
    outgoing = new OutgoingBytes(added);
    if (added.channel().isActive()) {
      begin();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    boolean open = state != State.CLOSED;
    over(new ClosedChannelException());
    if (open) {
      // Nothing may follow in clear.
      removed.channel().close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext unused) {
    begin();
  }

  private void begin() {
    state = State.HANDSHAKE;
    try {
      engine.beginHandshake();
      progress();
    } catch (SSLException e) {
      fail(e);
      return;
    }
    readOn();
  }

  /** Does what the engine asks for until it waits for the peer. */
  private void progress() throws SSLException {
    boolean written = false;
    while (true) {
      SSLEngineResult.HandshakeStatus status = engine.getHandshakeStatus();
      if (status == SSLEngineResult.HandshakeStatus.NEED_TASK) {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
        }
      } else if (status == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
        ByteBuf record = encryptRecord(Unpooled.EMPTY_BUFFER.nioBuffer());
        if (record == null) {
          break;
        }
        context().write(record);
        written = true;
      } else {
        break;
      }
    }
    if (written) {
      context().flush();
    }
    if (state == State.HANDSHAKE
        && engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
      if (engine.isInboundDone()) {
        throw new SSLException("the peer closed the connection in the handshake");
      }
      established();
    }
  }

  private void established() {
    state = State.OPEN;
    if (!handshake.done(engine.getSession())) {
      close(context(), context().newPromise());
      return;
    }
    active = true;
    context().fireChannelActive();
    if (flushAsked && state == State.OPEN) {
      flush(context());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    if (!(message instanceof ByteBuf received)) {
      context().fireChannelRead(message);
      return;
    }
    ByteBuf plain = context().alloc().buffer(received.readableBytes());
    SSLException failure = null;
    try {
      decrypt(received, plain);
    } catch (SSLException e) {
      failure = e;
    } finally {
      received.release();
    }
    if (plain.isReadable()) {
      delivered = true;
      context().fireChannelRead(plain);
    } else {
      plain.release();
    }
    if (failure != null) {
      fail(failure);
    } else if (engine.isInboundDone()) {
      closedByPeer();
    }
  }

  private void decrypt(ByteBuf received, ByteBuf plain) throws SSLException {
    while (state != State.CLOSED && !engine.isInboundDone()) {
      ByteBuf record = records.next(received, context().alloc());
      if (record == null) {
        return;
      }
      try {
        decryptRecord(record.nioBuffer(), plain);
      } finally {
        record.release();
      }
    }
  }

  private void decryptRecord(ByteBuffer record, ByteBuf plain) throws SSLException {
    while (record.hasRemaining() && state != State.CLOSED) {
      int before = record.remaining();
      plain.ensureWritable(before);
      SSLEngineResult result =
          engine.unwrap(record, plain.nioBuffer(plain.writerIndex(), plain.writableBytes()));
      plain.writerIndex(plain.writerIndex() + result.bytesProduced());
      if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        plain.ensureWritable(engine.getSession().getApplicationBufferSize());
      } else if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        progress();
        return;
      } else if (record.remaining() == before
          && result.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_TASK
          && result.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_WRAP) {
        throw new SSLException("a TLS record that cannot be read: " + result);
      }
      progress();
    }
  }

  /** What a channel in clear does when the peer sends no more. */
  private void closedByPeer() {
    if (inputClosed || state == State.CLOSED) {
      return;
    }
    inputClosed = true;
    if (context().channel().config() instanceof SocketChannelConfig config
        && config.isAllowHalfClosure()) {
      context().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    } else {
      close(context(), context().newPromise());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext unused, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      if (state == State.HANDSHAKE) {
        fail(new SSLException("the peer closed the connection in the handshake"));
        return;
      }
      if (inputClosed) {
        return;
      }
      inputClosed = true;
    }
    context().fireUserEventTriggered(event);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext unused) {
    if (active) {
      context().fireChannelReadComplete();
    }
    if (!delivered) {
      readOn();
    }
    delivered = false;
  }

  /** Where the app asks for each read, what was read for the handshake alone is not its. */
  private void readOn() {
    if (state != State.CLOSED && !context().channel().config().isAutoRead()) {
      context().read();
    }
  }

  @Override
  public void write(ChannelHandlerContext unused, Object message, ChannelPromise promise) {
    outgoing().add(message, promise);
    if (state == State.CLOSED) {
      outgoing().fail(new ClosedChannelException());
    }
  }

  @Override
  public void flush(ChannelHandlerContext unused) {
    if (state == State.OPEN && active) {
      encrypt();
    } else {
      flushAsked = true;
    }
    context().flush();
  }

  private void encrypt() {
    OutgoingBytes bytes = outgoing();
    if (bytes.isEmpty() || fileUnderWay) {
      return;
    }
    ByteBuf plain = context().alloc().heapBuffer(MOST_PLAIN, MOST_PLAIN);
    try {
      while (!bytes.isEmpty() && state == State.OPEN && !fileUnderWay) {
        boolean file = bytes.isFileNext();
        plain.clear();
        ChannelPromise promise = bytes.moveTo(plain);
        if (plain.isReadable()) {
          writeRecords(plain, promise);
        } else {
          context().write(Unpooled.EMPTY_BUFFER, promise);
        }
        if (file) {
          awaitRoom(promise);
        }
      }
    } catch (SSLException e) {
      fail(e);
    } finally {
      plain.release();
    }
  }

  /** A file is read as fast as the peer takes it, not into memory. */
  private void awaitRoom(ChannelPromise written) {
    context().flush();
    if (!written.isDone()) {
      fileUnderWay = true;
      written.addListener(
          done -> {
            fileUnderWay = false;
            if (state == State.OPEN) {
              flush(context());
            }
          });
    }
  }

  private void writeRecords(ByteBuf plain, ChannelPromise promise) throws SSLException {
    ByteBuffer source = plain.nioBuffer();
    try {
      do {
        ByteBuf record = encryptRecord(source);
        if (record == null) {
          throw new SSLException("TLS takes no more bytes: " + engine.getHandshakeStatus());
        }
        context().write(record, source.hasRemaining() ? context().newPromise() : promise);
      } while (source.hasRemaining());
    } catch (SSLException e) {
      promise.tryFailure(e);
      throw e;
    }
  }

  /** The next record: of some of the plain bytes, or of the engine's own; null if there is none. */
  private @Nullable ByteBuf encryptRecord(ByteBuffer plain) throws SSLException {
    ByteBuf record = context().alloc().heapBuffer(engine.getSession().getPacketBufferSize());
    boolean made = false;
    try {
      SSLEngineResult result = engine.wrap(plain, record.nioBuffer(0, record.capacity()));
      record.writerIndex(result.bytesProduced());
      made = record.isReadable();
      return made ? record : null;
    } finally {
      if (!made) {
        record.release();
      }
    }
  }

  @Override
  public void disconnect(ChannelHandlerContext unused, ChannelPromise promise) {
    close(unused, promise);
  }

  @Override
  public void close(ChannelHandlerContext unused, ChannelPromise promise) {
    ChannelFuture goodbye = sayGoodbye();
    over(new ClosedChannelException());
    if (goodbye == null || goodbye.isDone()) {
      context().close(promise);
      return;
    }
    Future<?> limit =
        context()
            .executor()
            .schedule(() -> context().close(promise), CLOSE_SECONDS, TimeUnit.SECONDS);
    goodbye.addListener(
        done -> {
          if (limit.cancel(false)) {
            context().close(promise);
          }
        });
  }

  /** Sends what the engine has to say at the end: its alert, or that all is well; null if none. */
  private @Nullable ChannelFuture sayGoodbye() {
    if (state == State.CONNECTING || state == State.CLOSED) {
      return null;
    }
    ChannelFuture last = null;
    engine.closeOutbound();
    try {
      while (!engine.isOutboundDone()) {
        ByteBuf record = encryptRecord(Unpooled.EMPTY_BUFFER.nioBuffer());
        if (record == null) {
          break;
        }
        last = context().write(record);
      }
    } catch (SSLException nothingToSay) {
      // The peer learns of the end by that of the connection.
    }
    context().flush();
    return last;
  }

  /** Ends the connection, unless it has ended; before the handshake's end that fails with it. */
  void fail(Throwable cause) {
    if (state == State.CLOSED) {
      return;
    }
    sayGoodbye();
    over(cause);
    if (active) {
      context().fireExceptionCaught(cause);
    }
    context().close();
  }

  /**
   * Of the transport: in the handshake it is no business of the app's, which sees no channel yet.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    if (active) {
      context().fireExceptionCaught(cause);
    } else {
      fail(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext unused) {
    over(
        state == State.HANDSHAKE
            ? new SSLException("the peer closed the connection in the handshake")
            : new ClosedChannelException());
    if (active) {
      context().fireChannelInactive();
    }
  }

  private void over(Throwable cause) {
    boolean begun = state == State.CONNECTING || state == State.HANDSHAKE;
    state = State.CLOSED;
    records.release();
    outgoing().fail(cause);
    if (begun) {
      handshake.failed(cause);
    }
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  private OutgoingBytes outgoing() {
    return Objects.requireNonNull(outgoing);
  }
}
