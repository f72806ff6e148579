package io.inmesh.upstream;

import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.ResponseHeadView;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request, or a gRPC call, over HTTP/2 in clear with prior knowledge. */
final class Http2Exchange extends HealthExchange {
  private final HealthProbe probe;
  private boolean goingAway;

  /**
   * @param probe of HTTP or gRPC
   */
  Http2Exchange(
      HealthProbe probe,
      Host host,
      EventLoop loop,
      boolean reuse,
      Consumer<HealthCheckResult> outcome) {
    super(host, loop, reuse, outcome);
    this.probe = probe;
  }

  @Override
  ChannelHandler[] handlers() {
    goingAway = false;
    return new ChannelHandler[] {
      Http2FrameCodecBuilder.forClient()
          .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
          .build(),
      new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
      new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
          goingAway |= frame instanceof Http2GoAwayFrame;
          ReferenceCountUtil.release(frame);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
          context.close();
        }
      }
    };
  }

  @Override
  void ask(Channel open) {
    new Http2StreamChannelBootstrap(open)
        .handler(new Reader())
        .open()
        .addListener(
            (Future<Http2StreamChannel> opened) -> {
              if (opened.isSuccess()) {
                write(opened.getNow());
              } else {
                end(HealthCheckResult.NETWORK_FAILURE, false);
              }
            });
  }

  private void write(Http2StreamChannel stream) {
    ProbeHead head = head();
    byte[] body =
        probe instanceof HealthProbe.Http http
            ? http.send().bytes()
            : GrpcHealth.request(((HealthProbe.Grpc) probe).service());
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method(head.method())
            .scheme("http")
            .authority(head.authority())
            .path(head.path());
    head.headers().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    stream.write(new DefaultHttp2HeadersFrame(headers, body.length == 0));
    if (body.length > 0) {
      stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true));
    }
    stream.flush();
  }

  private ProbeHead head() {
    if (probe instanceof HealthProbe.Http http) {
      return ProbeHead.of(
          http.method(), http.host(), http.path(), host(), Map.of(), http.headers());
    }
    HealthProbe.Grpc grpc = (HealthProbe.Grpc) probe;
    return ProbeHead.of(
        "POST", grpc.authority(), GrpcHealth.PATH, host(), GrpcHealth.HEADERS, grpc.metadata());
  }

  /** Reads one response. */
  private final class Reader extends SimpleChannelInboundHandler<Http2StreamFrame> {
    private final BoundedBody body =
        new BoundedBody(probe instanceof HealthProbe.Http http ? http.bufferSize() : 0);
    private @Nullable Http2Headers headers;
    private @Nullable Http2Headers trailers;

    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
      boolean last = false;
      if (frame instanceof Http2HeadersFrame head) {
        if (head.headers().status() == null) {
          trailers = head.headers();
        } else {
          headers = head.headers();
        }
        last = head.isEndStream();
      } else if (frame instanceof Http2DataFrame data) {
        body.add(data.content());
        last = data.isEndStream();
      } else if (frame instanceof Http2ResetFrame) {
        end(HealthCheckResult.NETWORK_FAILURE, false);
      }
      Http2Headers head = headers;
      if (last && head != null) {
        end(judge(head), !goingAway);
      }
    }

    private HealthCheckResult judge(Http2Headers head) {
      int status = Integer.parseInt(head.status().toString());
      ResponseHeadView values = name -> text(head.get(name));
      if (probe instanceof HealthProbe.Http http) {
        return http.judge(status, values, body.bytes());
      }
      Http2Headers tail = trailers == null ? head : trailers;
      return GrpcHealth.judge(status, values, body.bytes(), text(tail.get("grpc-status")));
    }

    private static @Nullable String text(@Nullable CharSequence value) {
      return value == null ? null : value.toString();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end(HealthCheckResult.NETWORK_FAILURE, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      end(HealthCheckResult.NETWORK_FAILURE, false);
    }
  }
}
