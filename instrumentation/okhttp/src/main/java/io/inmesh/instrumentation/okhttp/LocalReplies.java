package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.LocalReply;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;

/** Envoy's answers as normal responses of the library. */
final class LocalReplies {
  private LocalReplies() {}

  static Response response(Request request, LocalReply reply) {
    Headers.Builder headers = new Headers.Builder();
    for (LocalReply.Header header : reply.headers()) {
      headers.add(header.name(), header.value());
    }
    String type = reply.header("content-type");
    Buffer body = new Buffer().writeUtf8(reply.body());
    long now = System.currentTimeMillis();
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(reply.status())
        .message("")
        .headers(headers.build())
        .body(ResponseBody.create(type == null ? null : MediaType.parse(type), body.size(), body))
        .sentRequestAtMillis(now)
        .receivedResponseAtMillis(now)
        .build();
  }
}
