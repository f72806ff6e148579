package io.inmesh.instrumentation.netty;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundConnection.Verdict;
import io.inmesh.instrumentation.api.InboundMesh;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * At the head of an accepted channel until its first bytes have told what becomes of it. Up to then
 * the app's handlers do not know that it is active, and what they write is held: some speak before
 * they read. On the channel's event loop alone.
 */
final class AcceptHandler extends ChannelDuplexHandler {
  static final String NAME = "inmesh-accept";

  /** The connection of a channel, for the modules that admit its requests. */
  private static final AttributeKey<InboundConnection> CONNECTION =
      AttributeKey.valueOf(InboundConnection.class.getName());

  /** True where such a module sees all requests of a channel. */
  static final AttributeKey<Boolean> ADMITTING = AttributeKey.valueOf(Admission.class.getName());

  private enum State {
    /** Nothing is read yet. */
    HELD,
    LOOKING,
    /** The handler before this one is in its handshake. */
    SECURING,
    /** The app is told that the channel is active; it may not read yet. */
    OPENING,
    OPEN
  }

  private final InboundMesh mesh;
  private State state = State.HELD;
  private @Nullable InboundConnection connection;
  private @Nullable PendingWriteQueue held;
  private @Nullable ByteBuf received;
  private boolean flushAsked;
  private boolean readAsked;

  AcceptHandler(InboundMesh mesh) {
    this.mesh = mesh;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    held = new PendingWriteQueue(context);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (held == null) {
      // Netty goes on without a handler that it could not add.
      Channel.Unsafe transport = context.channel().unsafe();
      transport.close(transport.voidPromise());
      return;
    }
    if (context.channel().isActive()) {
      release(context);
    } else {
      held().removeAndFailAll(new ClosedChannelException());
    }
    if (received != null) {
      received.release();
      received = null;
    }
  }

  /** The app's initialiser has run; some put their own TLS first, which must not hide ours. */
  @Override
  public void channelRegistered(ChannelHandlerContext context) {
    if (context.pipeline().first() != this) {
      // What this one holds goes on to be held by the other.
      context.pipeline().addFirst(new AcceptHandler(mesh));
      context.pipeline().remove(this);
    }
    context.fireChannelRegistered();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (state == State.SECURING) {
      decided(context);
      return;
    }
    Channel channel = context.channel();
    if (channel.localAddress() instanceof InetSocketAddress local
        && channel.remoteAddress() instanceof InetSocketAddress remote) {
      connection =
          mesh.accepted(
              local, remote, Set.copyOf(Spoken.by(context.pipeline())), () -> close(context));
    }
    InboundConnection accepted = connection;
    if (accepted == null) {
      decided(context);
      return;
    }
    channel.attr(CONNECTION).set(accepted);
    channel.closeFuture().addListener(closed -> accepted.closed());
    if (!accepted.acts()) {
      connection = null;
      context
          .pipeline()
          .addAfter(context.name(), ObserveHandler.NAME, new ObserveHandler(accepted));
      decided(context);
      return;
    }
    CompletionStage<?> ready = mesh.ready();
    if (ready.toCompletableFuture().isDone()) {
      begin(context, accepted);
    } else {
      ready.whenComplete(
          (unused, failure) -> context.executor().execute(() -> begin(context, accepted)));
    }
  }

  /** Past the app's handlers: those of gRPC say goodbye first, and serve on until it is heard. */
  private static void close(ChannelHandlerContext context) {
    ChannelHandlerContext from = context.isRemoved() ? context.pipeline().firstContext() : context;
    if (from == null) {
      context.channel().close();
    } else {
      from.close();
    }
  }

  private void begin(ChannelHandlerContext context, InboundConnection accepted) {
    if (!context.channel().isActive()) {
      return;
    }
    state = State.LOOKING;
    look(context, accepted);
    if (state == State.LOOKING) {
      context.read();
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    readAsked = true;
    if (state == State.OPEN) {
      deliver(context);
    } else if (state == State.LOOKING || state == State.SECURING) {
      context.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (state != State.LOOKING || !(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    ByteBuf before = received;
    if (before == null) {
      received = bytes;
    } else {
      received =
          context
              .alloc()
              .buffer(before.readableBytes() + bytes.readableBytes())
              .writeBytes(before)
              .writeBytes(bytes);
      before.release();
      bytes.release();
    }
    look(context, Objects.requireNonNull(connection));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (state == State.LOOKING) {
      if (!context.channel().config().isAutoRead()) {
        context.read();
      }
    } else {
      context.fireChannelReadComplete();
    }
  }

  private void look(ChannelHandlerContext context, InboundConnection accepted) {
    ByteBuf bytes = received == null ? Unpooled.EMPTY_BUFFER : received;
    Verdict verdict = accepted.look(bytes.nioBuffer());
    if (verdict instanceof Verdict.More) {
      return;
    }
    if (verdict instanceof Verdict.Pass) {
      decided(context);
    } else if (verdict instanceof Verdict.Terminate terminate) {
      terminate(context, accepted, terminate);
    } else {
      context.close();
    }
  }

  private void terminate(
      ChannelHandlerContext context, InboundConnection accepted, Verdict.Terminate terminate) {
    state = State.SECURING;
    context
        .pipeline()
        .addFirst(
            TlsHandler.NAME, new TlsHandler(terminate.engine(), new ServerHandshake(accepted)));
    release(context);
    ByteBuf bytes = received;
    received = null;
    if (bytes != null) {
      context.pipeline().fireChannelRead(bytes);
      context.pipeline().fireChannelReadComplete();
    }
  }

  /** From here on the channel is the app's. */
  private void decided(ChannelHandlerContext context) {
    state = State.OPENING;
    release(context);
    context.fireChannelActive();
    state = State.OPEN;
    InboundConnection accepted = connection;
    if (accepted != null
        && !Boolean.TRUE.equals(context.channel().attr(ADMITTING).get())
        && !accepted.opaque()) {
      close(context);
    } else if (readAsked) {
      deliver(context);
    } else if (received == null) {
      context.pipeline().remove(this);
    }
  }

  /** The bytes that were looked at, once the app has asked for any. */
  private void deliver(ChannelHandlerContext context) {
    ByteBuf bytes = received;
    received = null;
    if (bytes == null) {
      context.read();
    } else {
      context.fireChannelRead(bytes);
      context.fireChannelReadComplete();
    }
    if (!context.isRemoved()) {
      context.pipeline().remove(this);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (state == State.HELD || state == State.LOOKING) {
      held().add(message, promise);
    } else {
      context.write(message, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (state == State.HELD || state == State.LOOKING) {
      flushAsked = true;
    } else {
      context.flush();
    }
  }

  private void release(ChannelHandlerContext context) {
    held().removeAndWriteAll();
    if (flushAsked) {
      context.flush();
    }
  }

  /** A connection that the app does not know yet cannot fail it. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (state == State.OPENING || state == State.OPEN) {
      context.fireExceptionCaught(cause);
    } else {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    held().removeAndFailAll(new ClosedChannelException());
    if (state == State.OPENING || state == State.OPEN) {
      context.fireChannelInactive();
    }
  }

  private PendingWriteQueue held() {
    return Objects.requireNonNull(held);
  }

  /** By the connection's own rules. */
  private record ServerHandshake(InboundConnection accepted) implements Handshake {
    @Override
    public boolean done(SSLSession session) {
      return accepted.secured(session);
    }

    @Override
    public void failed(Throwable cause) {
      accepted.closed();
    }
  }
}
