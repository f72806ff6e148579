package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server of Netty's own HTTP/1.1 handlers, as its examples have it. */
public class NettyServer implements LibraryServer {
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
                  protected void initChannel(Channel channel) throws Exception {
                    secure(channel);
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec(), new HttpObjectAggregator(LARGEST))
                        .addLast(workers, new NettyPages(pages));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Puts the app's own TLS in front, if it has any. */
  protected void secure(Channel channel) throws Exception {}
}
