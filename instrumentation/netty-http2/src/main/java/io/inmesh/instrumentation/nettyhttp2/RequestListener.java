package io.inmesh.instrumentation.nettyhttp2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Hears of frames before the app does, and lets pass those of requests that the app gets. What is
 * not a request's passes.
 */
final class RequestListener extends Http2FrameListenerDecorator {
  private final Requests requests;

  RequestListener(Requests requests, Http2FrameListener app) {
    super(app);
    this.requests = requests;
  }

  /** Whom it stands before. */
  Http2FrameListener app() {
    return listener;
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    Request request = requests.headers(streamId, headers);
    if (request == null || request.isTheApps()) {
      super.onHeadersRead(context, streamId, headers, padding, endOfStream);
    } else if (request.isHeld()) {
      request.hold(
          app -> {
            app.onHeadersRead(context, streamId, headers, padding, endOfStream);
            return 0;
          });
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    Request request = requests.headers(streamId, headers);
    if (request == null || request.isTheApps()) {
      super.onHeadersRead(
          context, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
    } else if (request.isHeld()) {
      request.hold(
          app -> {
            app.onHeadersRead(
                context,
                streamId,
                headers,
                streamDependency,
                weight,
                exclusive,
                padding,
                endOfStream);
            return 0;
          });
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    Request request = requests.of(streamId);
    if (request == null || request.isTheApps()) {
      return super.onDataRead(context, streamId, data, padding, endOfStream);
    }
    if (request.isHeld()) {
      // Its sender waits when the flow's window is full.
      request.hold(new HeldData(context, streamId, data.retain(), padding, endOfStream));
      return 0;
    }
    return data.readableBytes() + padding;
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode)
      throws Http2Exception {
    Request request = requests.of(streamId);
    if (request != null) {
      request.reset();
    }
    if (request == null || request.isTheApps()) {
      super.onRstStreamRead(context, streamId, errorCode);
    }
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext context,
      byte frameType,
      int streamId,
      Http2Flags flags,
      ByteBuf payload)
      throws Http2Exception {
    Request request = requests.of(streamId);
    if (request == null || request.isTheApps()) {
      super.onUnknownFrame(context, frameType, streamId, flags, payload);
    }
  }
}
