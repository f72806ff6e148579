package io.inmesh.upstream;

import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request over HTTP/1.1. */
final class Http1Exchange extends HealthExchange {
  private final HealthProbe.Http probe;

  Http1Exchange(
      HealthProbe.Http probe,
      Host host,
      EventLoop loop,
      boolean reuse,
      Consumer<HealthCheckResult> outcome) {
    super(host, loop, reuse, outcome);
    this.probe = probe;
  }

  @Override
  ChannelHandler[] handlers() {
    return new ChannelHandler[] {new HttpClientCodec(), new Reader()};
  }

  @Override
  void ask(Channel open) {
    ProbeHead head =
        ProbeHead.of(probe.method(), probe.host(), probe.path(), host(), Map.of(), probe.headers());
    byte[] body = probe.send().bytes();
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(head.method()),
            head.path(),
            Unpooled.wrappedBuffer(body));
    request.headers().set(HttpHeaderNames.HOST, head.authority());
    head.headers()
        .forEach((name, values) -> values.forEach(value -> request.headers().add(name, value)));
    if (body.length > 0 || !(head.method().equals("GET") || head.method().equals("HEAD"))) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    open.writeAndFlush(request);
  }

  /** Reads one response after the other. */
  private final class Reader extends SimpleChannelInboundHandler<HttpObject> {
    private @Nullable HttpResponse head;
    private BoundedBody body = new BoundedBody(probe.bufferSize());

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part.decoderResult().isFailure()) {
        context.close();
        return;
      }
      if (part instanceof HttpResponse response) {
        head = response;
        body = new BoundedBody(probe.bufferSize());
      }
      HttpResponse response = head;
      if (response == null || isInterim(response.status().code())) {
        return;
      }
      if (part instanceof HttpContent content) {
        ByteBuf bytes = content.content();
        body.add(bytes);
      }
      if (part instanceof LastHttpContent) {
        head = null;
        end(
            probe.judge(
                response.status().code(), name -> response.headers().get(name), body.bytes()),
            HttpUtil.isKeepAlive(response));
      }
    }

    private boolean isInterim(int status) {
      return status < 200 && status != 101;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
