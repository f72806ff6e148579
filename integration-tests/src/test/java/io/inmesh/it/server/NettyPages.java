package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.ServerPages;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers on a thread of its own for each connection or stream, so that a page may block. */
final class NettyPages extends SimpleChannelInboundHandler<FullHttpRequest> {
  private final ServerPages pages;

  NettyPages(ServerPages pages) {
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
    String stream = request.headers().get(ExtensionHeaderNames.STREAM_ID.text());
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
                stream == null ? request.protocolVersion().text() : "HTTP/2"));
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            Unpooled.wrappedBuffer(page.body()));
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, page.body().length);
    if (stream != null) {
      response.headers().set(ExtensionHeaderNames.STREAM_ID.text(), stream);
    }
    boolean stays = HttpUtil.isKeepAlive(request);
    HttpUtil.setKeepAlive(response, stays);
    var sent = context.writeAndFlush(response);
    if (!stays) {
      sent.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
