package io.inmesh.instrumentation.testing;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.handler.codec.http2.HttpToHttp2ConnectionHandler;
import io.netty.handler.codec.http2.HttpToHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.InboundHttp2ToHttpAdapterBuilder;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A service that speaks HTTP/2, in clear by upgrade from HTTP/1.1, or over TLS. Answers 200 and the
 * protocol that the request came by, or the next scripted status.
 */
public final class Http2Upstream implements AutoCloseable {
  private static final int MAX_BODY = 1 << 20;

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;
  private final List<Upstream.Seen> seen = new CopyOnWriteArrayList<>();
  private final Queue<Integer> script = new ConcurrentLinkedQueue<>();

  /** Starts it on a free port of the loopback address. */
  public Http2Upstream() {
    this(Http2Upstream::upgraded);
  }

  /** Starts one that agrees on HTTP/2 over TLS instead, with this certificate. */
  public Http2Upstream(TestCa.Signed own) throws IOException {
    this(negotiated(tls(own)));
  }

  private Http2Upstream(BiConsumer<Http2Upstream, ChannelPipeline> speech) {
    channel =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    speech.accept(Http2Upstream.this, accepted.pipeline());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  private void upgraded(ChannelPipeline pipeline) {
    HttpServerCodec codec = new HttpServerCodec();
    pipeline.addLast(
        codec,
        new HttpServerUpgradeHandler(codec, Http2Upstream::upgrade, MAX_BODY),
        new HttpObjectAggregator(MAX_BODY),
        new Answer());
  }

  private static SslContext tls(TestCa.Signed own) throws IOException {
    return SslContextBuilder.forServer(own.key(), own.chain())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }

  private static BiConsumer<Http2Upstream, ChannelPipeline> negotiated(SslContext tls) {
    return (upstream, pipeline) ->
        pipeline.addLast(
            tls.newHandler(pipeline.channel().alloc()),
            new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
              @Override
              protected void configurePipeline(ChannelHandlerContext context, String protocol) {
                if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                  context.pipeline().addLast(http2());
                } else {
                  context
                      .pipeline()
                      .addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY));
                }
                context.pipeline().addLast(upstream.new Answer());
              }
            });
  }

  /** Its port. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Answers the next requests with these statuses. */
  public void script(Integer... statuses) {
    script.addAll(List.of(statuses));
  }

  /** Forgets requests and scripts. */
  public void reset() {
    seen.clear();
    script.clear();
  }

  /** Every request so far. */
  public List<Upstream.Seen> seen() {
    return List.copyOf(seen);
  }

  private static HttpServerUpgradeHandler.@Nullable UpgradeCodec upgrade(CharSequence protocol) {
    return AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)
        ? new Http2ServerUpgradeCodec(http2())
        : null;
  }

  private static HttpToHttp2ConnectionHandler http2() {
    DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
    return new HttpToHttp2ConnectionHandlerBuilder()
        .connection(connection)
        .frameListener(
            new InboundHttp2ToHttpAdapterBuilder(connection).maxContentLength(MAX_BODY).build())
        .build();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    loop.shutdownGracefully();
  }

  private final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
    /**
     * The request that asked for the upgrade comes as an event and is answered on the first stream.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof HttpServerUpgradeHandler.UpgradeEvent upgrade) {
        answer(context, upgrade.upgradeRequest(), "1");
      }
      context.fireUserEventTriggered(event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      answer(
          context,
          request,
          request.headers().get(HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text()));
    }

    private void answer(
        ChannelHandlerContext context, FullHttpRequest request, @Nullable String stream) {
      byte[] content = new byte[request.content().readableBytes()];
      request.content().readBytes(content);
      Map<String, List<String>> headers =
          request.headers().names().stream()
              .collect(Collectors.toMap(name -> name, name -> request.headers().getAll(name)));
      seen.add(
          new Upstream.Seen(
              request.method().name(),
              request.uri(),
              headers,
              content,
              context.channel().remoteAddress().toString()));
      Integer status = script.poll();
      byte[] body =
          (stream == null ? "HTTP/1.1" : "HTTP/2")
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.valueOf(status == null ? 200 : status),
              Unpooled.wrappedBuffer(body));
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
      if (stream != null) {
        response.headers().set(HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text(), stream);
      }
      context.writeAndFlush(response);
    }
  }
}
