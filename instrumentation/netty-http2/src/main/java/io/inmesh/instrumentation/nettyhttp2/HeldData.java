package io.inmesh.instrumentation.nettyhttp2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;

/**
 * A part of a request's body that waits.
 *
 * @param data owned by this
 */
record HeldData(
    ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
    implements HeldFrame {
  @Override
  public int pass(Http2FrameListener app) throws Http2Exception {
    try {
      return app.onDataRead(context, streamId, data, padding, endOfStream);
    } finally {
      data.release();
    }
  }

  @Override
  public int drop() {
    int taken = data.readableBytes() + padding;
    data.release();
    return taken;
  }
}
