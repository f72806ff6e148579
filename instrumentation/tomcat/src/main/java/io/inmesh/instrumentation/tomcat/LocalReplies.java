package io.inmesh.instrumentation.tomcat;

import io.inmesh.engine.LocalReply;
import io.inmesh.instrumentation.api.Admission;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Response;

/** Writes Envoy's answer in the place of the container. */
final class LocalReplies {
  private LocalReplies() {}

  static void send(Admission.Answered answered, Response response) throws IOException {
    LocalReply reply = answered.reply();
    response.setStatus(reply.status());
    for (LocalReply.Header header : reply.headers()) {
      response.addHeader(header.name(), header.value());
    }
    if (answered.close() && !TomcatRequestHead.isHttp2(response.getRequest())) {
      response.setHeader("Connection", "close");
    }
    if (!reply.body().isEmpty()) {
      response.doWrite(ByteBuffer.wrap(reply.body().getBytes(StandardCharsets.UTF_8)));
    }
    response.action(ActionCode.CLOSE, null);
  }
}
