package io.inmesh.control.client.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 connection that carries one gRPC stream. Lives on the event thread. */
final class GrpcConnection extends Http2ConnectionHandler {
  private static final int WINDOW = 4 * 1024 * 1024;
  private static final long PING_TIMEOUT_SECONDS = 20;
  private static final String PERMISSION_DENIED = "7";
  private static final String UNAUTHENTICATED = "16";

  private final Call call;
  private @Nullable ChannelHandlerContext context;
  private int streamId;
  private long lastRead;
  private boolean pingOut;
  private boolean ended;

  /**
   * What is to be called and who wants to know.
   *
   * @param peer whom people are told about, {@code the control plane}
   */
  record Call(
      String peer,
      Map<String, String> headers,
      GrpcStream.Listener listener,
      long keepaliveNanos,
      Runnable tooManyPings) {}

  private GrpcConnection(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      Call call,
      Frames frames) {
    super(decoder, encoder, settings);
    this.call = call;
    frames.owner = this;
  }

  static GrpcConnection create(Call call) {
    return new Builder(call).build();
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<GrpcConnection, Builder> {
    private final Call call;
    private final Frames frames = new Frames();

    Builder(Call call) {
      this.call = call;
      server(false);
      validateHeaders(false);
      frameListener(frames);
      initialSettings(Http2Settings.defaultSettings().pushEnabled(false).initialWindowSize(WINDOW));
      gracefulShutdownTimeoutMillis(0);
    }

    @Override
    protected GrpcConnection build() {
      return super.build();
    }

    @Override
    protected GrpcConnection build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new GrpcConnection(decoder, encoder, settings, call, frames);
    }
  }

  /** What the frames of the connection mean. */
  private static final class Frames extends Http2EventAdapter {
    private final MessageDeframer deframer = new MessageDeframer();
    private @Nullable GrpcConnection owner;

    private GrpcConnection owner() {
      return java.util.Objects.requireNonNull(owner);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
      int processed = data.readableBytes() + padding;
      GrpcConnection connection = owner();
      connection.lastRead = System.nanoTime();
      try {
        deframer.read(data, message -> connection.message(message));
      } catch (IllegalStateException e) {
        connection.end(false, connection.call.peer() + " sent " + e.getMessage());
        ctx.close();
      }
      if (end) {
        connection.end(false, connection.call.peer() + " ended the stream without a status");
      }
      return processed;
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end) {
      owner().headers(headers, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers headers,
        int streamDependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      owner().headers(headers, end);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
      boolean calm = errorCode == Http2Error.NO_ERROR.code();
      owner()
          .end(calm, owner().call.peer() + " reset the stream: " + Http2Error.valueOf(errorCode));
      ctx.close();
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
      String why = debugData.toString(java.nio.charset.StandardCharsets.UTF_8);
      if (errorCode == Http2Error.ENHANCE_YOUR_CALM.code()) {
        owner().call.tooManyPings().run();
      }
      owner()
          .end(
              errorCode == Http2Error.NO_ERROR.code(),
              owner().call.peer()
                  + " closes the connection"
                  + (why.isEmpty() ? "" : " (" + why + ")")
                  + ": "
                  + Http2Error.valueOf(errorCode));
      ctx.close();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
      owner().lastRead = System.nanoTime();
      owner().pingOut = false;
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload) {}

    @Override
    public void onStreamClosed(Http2Stream stream) {
      owner().end(false, "the stream was closed");
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    super.channelActive(ctx);
    begin(ctx);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    if (ctx.channel().isActive()) {
      begin(ctx);
    }
  }

  private void begin(ChannelHandlerContext ctx) throws Http2Exception {
    if (context != null) {
      return;
    }
    context = ctx;
    lastRead = System.nanoTime();
    Http2LocalFlowController flow = connection().local().flowController();
    flow.incrementWindowSize(connection().connectionStream(), WINDOW);
    streamId = connection().local().incrementAndGetNextStreamId();
    Http2Headers headers = new DefaultHttp2Headers(false);
    call.headers().forEach(headers::add);
    ChannelPromise promise = ctx.newPromise();
    encoder().writeHeaders(ctx, streamId, headers, 0, false, promise);
    flush(ctx);
    promise.addListener(
        done -> {
          if (done.isSuccess()) {
            call.listener().onOpen();
          } else {
            end(false, "cannot open the stream: " + done.cause());
            ctx.close();
          }
        });
    ctx.executor().schedule(this::keepAlive, call.keepaliveNanos(), TimeUnit.NANOSECONDS);
  }

  private void keepAlive() {
    ChannelHandlerContext ctx = context;
    if (ended || ctx == null) {
      return;
    }
    long idle = System.nanoTime() - lastRead;
    if (idle >= call.keepaliveNanos() && !pingOut) {
      pingOut = true;
      encoder().writePing(ctx, false, 1, ctx.newPromise());
      flush(ctx);
      ctx.executor()
          .schedule(
              () -> {
                if (pingOut && !ended) {
                  end(false, call.peer() + " does not answer PING");
                  ctx.close();
                }
              },
              PING_TIMEOUT_SECONDS,
              TimeUnit.SECONDS);
    }
    long next = Math.max(call.keepaliveNanos() - idle, call.keepaliveNanos() / 2);
    ctx.executor().schedule(this::keepAlive, next, TimeUnit.NANOSECONDS);
  }

  /** Sends one gRPC message. */
  void send(byte[] message) {
    ChannelHandlerContext ctx = context;
    if (ended || ctx == null) {
      return;
    }
    byte[] prefix = {
      0,
      (byte) (message.length >>> 24),
      (byte) (message.length >>> 16),
      (byte) (message.length >>> 8),
      (byte) message.length
    };
    encoder()
        .writeData(
            ctx, streamId, Unpooled.wrappedBuffer(prefix, message), 0, false, ctx.newPromise());
    flush(ctx);
  }

  /** Ends the client's half. */
  void finish() {
    ChannelHandlerContext ctx = context;
    if (!ended && ctx != null) {
      encoder().writeData(ctx, streamId, Unpooled.EMPTY_BUFFER, 0, true, ctx.newPromise());
      flush(ctx);
    }
  }

  private void message(byte[] message) {
    if (!ended) {
      call.listener().onMessage(message);
    }
  }

  private void headers(Http2Headers headers, boolean last) {
    lastRead = System.nanoTime();
    CharSequence status = headers.status();
    CharSequence grpcStatus = headers.get("grpc-status");
    if (status != null && !"200".contentEquals(status)) {
      end(false, call.peer() + " answered HTTP status " + status);
    } else if (grpcStatus != null) {
      CharSequence text = headers.get("grpc-message");
      boolean ok = "0".contentEquals(grpcStatus);
      boolean unauthorized =
          UNAUTHENTICATED.contentEquals(grpcStatus) || PERMISSION_DENIED.contentEquals(grpcStatus);
      end(
          new StreamEnd(
              ok,
              ok
                  ? call.peer() + " ended the stream"
                  : call.peer()
                      + " ended the stream: grpc-status "
                      + grpcStatus
                      + (text == null ? "" : " " + text),
              unauthorized));
    } else if (last) {
      end(false, call.peer() + " ended the stream without a status");
    }
    if (ended && context != null) {
      context.close();
    }
  }

  /** Reports the end, once. */
  void end(boolean graceful, String reason) {
    end(new StreamEnd(graceful, reason));
  }

  private void end(StreamEnd how) {
    if (!ended) {
      ended = true;
      call.listener().onEnd(how);
    }
  }

  /** Ends without a report. */
  void abandon() {
    ended = true;
    if (context != null) {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    end(false, "the connection to " + call.peer() + " was closed");
    super.channelInactive(ctx);
  }

  @Override
  public void onError(ChannelHandlerContext ctx, boolean outbound, Throwable cause) {
    end(false, "the connection to " + call.peer() + " broke: " + describe(cause));
    ctx.close();
  }

  static String describe(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = root.getMessage();
    return text == null ? root.getClass().getSimpleName() : text;
  }
}
