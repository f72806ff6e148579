package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.instrumentation.api.Admission;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/** Where the library's handler takes a connection, and where it reads. On the event loop. */
final class HandlerAdvice {
  /** Tells whoever accepts connections that the requests of this one are asked about. */
  private static final AttributeKey<Boolean> ADMITTING =
      AttributeKey.valueOf(Admission.class.getName());

  /** {@code handlerAdded}: the connection is HTTP/2 from here on. */
  void added(Http2ConnectionHandler handler, ChannelHandlerContext context) {
    Channel channel = context.channel();
    if (channel.parent() instanceof ServerSocketChannel && !isOfGrpc(handler)) {
      Requests requests = new Requests(handler, context);
      requests.listen();
      channel.attr(Requests.OF_CHANNEL).set(requests);
      channel.attr(ADMITTING).set(true);
    }
  }

  /** {@code decode}: subclasses may have named another listener after they were added. */
  @Nullable Object decoding(Http2ConnectionHandler handler, ChannelHandlerContext context) {
    Requests requests = context.channel().attr(Requests.OF_CHANNEL).get();
    if (requests != null) {
      requests.listen();
    }
    return null;
  }

  /** Its calls are asked about by a module of their own. */
  private static boolean isOfGrpc(Http2ConnectionHandler handler) {
    for (Class<?> type = handler.getClass();
        type != Http2ConnectionHandler.class;
        type = type.getSuperclass()) {
      if (type.getName().contains("io.grpc.netty.")) {
        return true;
      }
    }
    return false;
  }
}
