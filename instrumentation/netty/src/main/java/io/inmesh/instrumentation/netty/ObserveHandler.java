package io.inmesh.instrumentation.netty;

import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Looks at the first bytes of a connection that is only observed, as they pass. On the channel's
 * event loop alone.
 */
final class ObserveHandler extends ChannelInboundHandlerAdapter {
  static final String NAME = "inmesh-observe";

  private final InboundConnection connection;

  ObserveHandler(InboundConnection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      connection.look(bytes.nioBuffer());
      if (!Boolean.TRUE.equals(context.channel().attr(AcceptHandler.ADMITTING).get())) {
        connection.opaque();
      }
    }
    context.fireChannelRead(message);
    context.pipeline().remove(this);
  }
}
