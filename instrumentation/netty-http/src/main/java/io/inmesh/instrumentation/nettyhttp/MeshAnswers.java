package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.engine.LocalReply;
import io.inmesh.instrumentation.api.Admission;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The mesh's answers as responses of the library. */
final class MeshAnswers {
  /** To a head that the library could not read. */
  static final Admission.Answered BAD_REQUEST =
      new Admission.Answered(
          new LocalReply(
              HttpResponseStatus.BAD_REQUEST.code(),
              "",
              List.of(),
              Set.of(),
              "http1.codec_error",
              LocalReply.Cause.NONE),
          true);

  private MeshAnswers() {}

  static FullHttpResponse response(HttpRequest request, Admission.Answered answered) {
    LocalReply reply = answered.reply();
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(reply.status()),
            Unpooled.copiedBuffer(reply.body(), StandardCharsets.UTF_8));
    for (LocalReply.Header header : reply.headers()) {
      response.headers().add(header.name(), header.value());
    }
    if (!response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    }
    HttpUtil.setKeepAlive(response, !closes(request, answered));
    return response;
  }

  /** A caller that waits to be told to send its body is not told, and may send it all the same. */
  static boolean closes(HttpRequest request, Admission.Answered answered) {
    return answered.close()
        || !HttpUtil.isKeepAlive(request)
        || HttpUtil.is100ContinueExpected(request);
  }
}
