package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.engine.LocalReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Set;

/** The mesh's answers as frames of the library. */
final class MeshAnswer {
  /** Headers that are about a connection of HTTP/1.1. */
  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private MeshAnswer() {}

  static Http2Headers head(LocalReply reply) {
    Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(reply.status()));
    for (LocalReply.Header header : reply.headers()) {
      if (!OF_CONNECTIONS.contains(header.name())) {
        head.add(header.name(), header.value());
      }
    }
    return head;
  }

  /** Ends the stream on this side. */
  static void write(
      Http2ConnectionEncoder encoder,
      ChannelHandlerContext context,
      int streamId,
      LocalReply reply) {
    Http2Headers head = head(reply);
    if (reply.body().isEmpty()) {
      encoder.writeHeaders(context, streamId, head, 0, true, context.newPromise());
      return;
    }
    ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), reply.body());
    if (!head.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      head.setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    }
    encoder.writeHeaders(context, streamId, head, 0, false, context.newPromise());
    encoder.writeData(context, streamId, body, 0, true, context.newPromise());
  }
}
