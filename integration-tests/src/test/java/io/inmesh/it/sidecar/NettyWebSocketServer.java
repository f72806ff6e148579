package io.inmesh.it.sidecar;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Sends each message back; to {@code who} it answers by which certificate it was called. Netty's
 * own handlers, as its examples have it.
 */
public final class NettyWebSocketServer implements LibraryServer {
  private static final int LARGEST = 1 << 20;

  @Override
  public int start(ServerPages pages, int port) throws Exception {
    Channel server =
        new ServerBootstrap()
            .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(LARGEST),
                            new WebSocketServerProtocolHandler(
                                WebSocketServerProtocolConfig.newBuilder()
                                    .websocketPath("/socket")
                                    .maxFramePayloadLength(LARGEST)
                                    .build()),
                            new WebSocketFrameAggregator(LARGEST),
                            new Echo());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private static final class Echo extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    private String caller = "";

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof HandshakeComplete complete) {
        caller = String.valueOf(complete.requestHeaders().get("x-forwarded-client-cert"));
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
      String text = frame.text();
      context.writeAndFlush(new TextWebSocketFrame(text.equals("who") ? caller : text));
    }
  }
}
