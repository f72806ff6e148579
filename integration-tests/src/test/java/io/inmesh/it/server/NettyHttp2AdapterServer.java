package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.netty.handler.codec.http2.HttpToHttp2ConnectionHandler;
import io.netty.handler.codec.http2.HttpToHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.InboundHttp2ToHttpAdapterBuilder;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server whose handlers see all streams of HTTP/2 as messages of one channel. */
public final class NettyHttp2AdapterServer implements LibraryServer {
  private static final int LARGEST = 64 << 20;

  @Override
  @SuppressWarnings("deprecation") // The way to make one that 4.1 and 4.2 share.
  public int start(ServerPages pages, int port) throws Exception {
    EventLoopGroup loops = new NioEventLoopGroup(2);
    EventExecutorGroup workers = new DefaultEventExecutorGroup(16);
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    HttpServerCodec codec = new HttpServerCodec();
                    channel
                        .pipeline()
                        .addLast(
                            new CleartextHttp2ServerUpgradeHandler(codec, upgrade(codec), http2()),
                            new HttpObjectAggregator(LARGEST),
                            new FirstRequest())
                        .addLast(workers, new NettyPages(pages));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private static HttpServerUpgradeHandler upgrade(HttpServerCodec codec) {
    return new HttpServerUpgradeHandler(
        codec,
        protocol ->
            AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)
                ? new Http2ServerUpgradeCodec(http2())
                : null,
        LARGEST);
  }

  private static HttpToHttp2ConnectionHandler http2() {
    DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
    return new HttpToHttp2ConnectionHandlerBuilder()
        .connection(connection)
        .frameListener(
            new InboundHttp2ToHttpAdapterBuilder(connection).maxContentLength(LARGEST).build())
        .build();
  }

  /** The request that asked for the upgrade comes as an event. */
  private static final class FirstRequest extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof HttpServerUpgradeHandler.UpgradeEvent upgrade) {
        FullHttpRequest request = upgrade.upgradeRequest().retain();
        request.headers().set(ExtensionHeaderNames.STREAM_ID.text(), "1");
        context.fireChannelRead(request);
      }
      context.fireUserEventTriggered(event);
    }
  }
}
