package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A server of Netty's own HTTP/2 handlers, as its examples have it: to callers that begin with it
 * or ask for it, to others HTTP/1.1.
 */
@SuppressWarnings("deprecation") // Netty 4.1 has no other way to give a handler threads.
public final class NettyHttp2Server implements LibraryServer {
  private static final int LARGEST = 64 << 20;
  private static final String HTTP1 = "http1";

  private final EventExecutorGroup workers = new DefaultEventExecutorGroup(16);

  @Override
  @SuppressWarnings("deprecation") // The way to make one that 4.1 and 4.2 share.
  public int start(ServerPages pages, int port) throws Exception {
    EventLoopGroup loops = new NioEventLoopGroup(2);
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(initializer(channel -> begin(channel, pages)))
            .bind(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private void begin(Channel channel, ServerPages pages) {
    HttpServerCodec codec = new HttpServerCodec();
    HttpServerUpgradeHandler upgrade =
        new HttpServerUpgradeHandler(
            codec,
            protocol ->
                AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)
                    ? new Http2ServerUpgradeCodec(
                        Http2FrameCodecBuilder.forServer().build(), streams(pages))
                    : null,
            LARGEST);
    ChannelHandler known =
        initializer(
            http2 ->
                http2
                    .pipeline()
                    .addBefore(HTTP1, null, Http2FrameCodecBuilder.forServer().build())
                    .addBefore(HTTP1, null, streams(pages)));
    channel
        .pipeline()
        .addLast(new CleartextHttp2ServerUpgradeHandler(codec, upgrade, known))
        .addLast(HTTP1, new HttpObjectAggregator(LARGEST))
        .addLast(workers, new NettyPages(pages));
  }

  private Http2MultiplexHandler streams(ServerPages pages) {
    return new Http2MultiplexHandler(
        initializer(
            stream ->
                stream
                    .pipeline()
                    .addLast(
                        new Http2StreamFrameToHttpObjectCodec(true),
                        new HttpObjectAggregator(LARGEST))
                    .addLast(workers, new NettyPages(pages))));
  }

  private interface Initialiser {
    void initialise(Channel channel);
  }

  private static ChannelHandler initializer(Initialiser work) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        work.initialise(channel);
      }
    };
  }
}
