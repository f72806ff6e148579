package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server of Netty's own HTTP/1.1 handlers, as its examples have it. */
public final class NettyServer implements LibraryServer {
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
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec(), new HttpObjectAggregator(LARGEST))
                        .addLast(workers, new Pages(pages));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Answers on a thread of its own for each connection, so that a page may block. */
  private static final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final ServerPages pages;

    Pages(ServerPages pages) {
      this.pages = pages;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request)
        throws InterruptedException {
      List<String> headers = new ArrayList<>();
      for (Map.Entry<String, String> header : request.headers()) {
        headers.add(header.getKey());
        headers.add(header.getValue());
      }
      InetSocketAddress remote = (InetSocketAddress) context.channel().remoteAddress();
      // How frameworks on Netty tell: by the handler that stands for TLS.
      boolean secure =
          context.pipeline().toMap().values().stream()
              .anyMatch(handler -> handler.getClass().getSimpleName().equals("SslHandler"));
      ServerPages.Page page =
          pages.answer(
              new ServerPages.Request(
                  request.method().name(),
                  request.uri(),
                  headers,
                  ByteBufUtil.getBytes(request.content()),
                  remote.getAddress().getHostAddress() + ":" + remote.getPort(),
                  secure ? "https" : "http",
                  secure,
                  request.protocolVersion().text()));
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.valueOf(page.status()),
              Unpooled.wrappedBuffer(page.body()));
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, page.body().length);
      boolean stays = HttpUtil.isKeepAlive(request);
      HttpUtil.setKeepAlive(response, stays);
      var sent = context.writeAndFlush(response);
      if (!stays) {
        sent.addListener(ChannelFutureListener.CLOSE);
      }
    }
  }
}
