package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.AttributeKey;

/** Where a pipeline has added a handler, whichever way the app did it. On the event loop. */
final class PipelineAdvice {
  /** Tells whoever accepts connections that the requests of this one are asked about. */
  private static final AttributeKey<Boolean> ADMITTING =
      AttributeKey.valueOf(Admission.class.getName());

  /** Present where the module that admits requests over HTTP/2 has taken the connection. */
  private static final AttributeKey<Object> HTTP2 = AttributeKey.valueOf("inmesh-http2");

  /** {@code callHandlerAdded0}: our handler follows the codec that makes requests of bytes. */
  void added(Object pipeline, ChannelHandlerContext context) {
    Channel channel = context.channel();
    if (!(channel.parent() instanceof ServerSocketChannel) || context.isRemoved()) {
      return;
    }
    ChannelHandler handler = context.handler();
    if (handler instanceof HttpServerCodec || handler instanceof HttpRequestDecoder) {
      follow(context);
    } else if (handler instanceof HttpResponseEncoder) {
      // Answers of ours pass the encoder too.
      if (context.pipeline().get(RequestHandler.NAME) != null) {
        context.pipeline().remove(RequestHandler.NAME);
        follow(context);
      }
    } else if (isHttp2(handler)) {
      speaksHttp2(channel);
    }
  }

  private static void follow(ChannelHandlerContext codec) {
    ChannelPipeline pipeline = codec.pipeline();
    if (pipeline.get(RequestHandler.NAME) == null) {
      pipeline.addAfter(codec.name(), RequestHandler.NAME, new RequestHandler());
      pipeline.channel().attr(ADMITTING).set(true);
    }
  }

  private static void speaksHttp2(Channel channel) {
    if (channel.attr(HTTP2).get() != null) {
      leave(channel.pipeline());
      return;
    }
    channel.attr(ADMITTING).set(false);
    InboundConnection connection = channel.attr(RequestHandler.CONNECTION).get();
    if (connection != null && !connection.opaque()) {
      // Past its handlers, which would say goodbye and serve on until it is heard.
      channel.pipeline().firstContext().close();
    }
  }

  /** Messages that come without a codec of HTTP/1.1 are of streams, whose answers have no order. */
  private static void leave(ChannelPipeline pipeline) {
    if (pipeline.get(RequestHandler.NAME) != null
        && pipeline.get(HttpServerCodec.class) == null
        && pipeline.get(HttpRequestDecoder.class) == null) {
      pipeline.remove(RequestHandler.NAME);
    }
  }

  private static boolean isHttp2(ChannelHandler handler) {
    boolean http2 = false;
    for (Class<?> type = handler.getClass(); type != Object.class; type = type.getSuperclass()) {
      http2 |= type.getName().endsWith(".http2.Http2ConnectionHandler");
      if (type.getName().contains("io.grpc.netty.")) {
        return false;
      }
    }
    return http2;
  }
}
