package io.inmesh.upstream;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.upstream.AppCalls.Answer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One GET on a connection of its own. On the event loop. */
final class AppGet extends SimpleChannelInboundHandler<FullHttpResponse> {
  // More than the metrics of any app, and less than what would hurt it.
  private static final int MOST = 32 << 20;

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  private AppGet() {}

  static CompletionStage<Answer> start(
      EventLoop loop,
      boolean tls,
      int port,
      String target,
      List<Header> headers,
      Duration timeout) {
    AppGet get = new AppGet();
    try {
      FullHttpRequest request =
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
      request.headers().set(HttpHeaderNames.HOST, "localhost:" + port);
      headers.forEach(header -> request.headers().set(header.name(), header.value()));
      request.headers().set(HttpHeaderNames.CONNECTION, "close");
      get.send(loop, tls ? anyTls() : null, port, request, timeout);
    } catch (SSLException | IllegalArgumentException e) {
      get.failed(e);
    }
    return get.answer;
  }

  private static SslContext anyTls() throws SSLException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .build();
  }

  private void send(
      EventLoop loop,
      @Nullable SslContext tls,
      int port,
      FullHttpRequest request,
      Duration timeout) {
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel opened) {
                    if (tls != null) {
                      opened.pipeline().addLast(tls.newHandler(opened.alloc()));
                    }
                    opened
                        .pipeline()
                        .addLast(
                            new HttpClientCodec(), new HttpObjectAggregator(MOST), AppGet.this);
                  }
                })
            .connect(AppCalls.LOOPBACK, port)
            .addListener(
                (ChannelFuture connected) -> {
                  if (connected.isSuccess()) {
                    // Not before: a channel that cannot connect is closed too.
                    connected
                        .channel()
                        .closeFuture()
                        .addListener(closed -> failed(new IOException("no whole answer")));
                    connected.channel().writeAndFlush(request);
                  } else {
                    request.release();
                    failed(connected.cause());
                  }
                })
            .channel();
    Future<?> limit =
        loop.schedule(
            () -> {
              failed(new IOException("no answer within " + timeout.toMillis() + " ms"));
              channel.close();
            },
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    answer.whenComplete((unused, failure) -> limit.cancel(false));
  }

  private void failed(Throwable why) {
    answer.completeExceptionally(why instanceof IOException ? why : new IOException(why));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
    String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
    answer.complete(
        new Answer(
            response.status().code(),
            type == null ? "" : type,
            response.content().toString(StandardCharsets.UTF_8)));
    context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failed(cause);
    context.close();
  }
}
