package io.inmesh.instrumentation.nettyhttp2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Headers;

/** Where headers are about to be sent, of clients too. On the event loop. */
final class EncoderAdvice {
  /** {@code writeHeaders}: those of a response as the mesh changes them. */
  Http2Headers headers(
      Object encoder, ChannelHandlerContext context, int streamId, Http2Headers headers) {
    Requests requests = context.channel().attr(Requests.OF_CHANNEL).get();
    return requests == null ? headers : requests.respond(streamId, headers);
  }
}
