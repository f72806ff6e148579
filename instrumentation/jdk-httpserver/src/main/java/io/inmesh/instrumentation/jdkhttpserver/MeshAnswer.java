package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.inmesh.engine.LocalReply;
import io.inmesh.instrumentation.api.Admission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Gives the mesh's answer as a handler of the library would: it minds what is left of the body. */
final class MeshAnswer implements HttpHandler {
  private final Admission.Answered answered;

  MeshAnswer(Admission.Answered answered) {
    this.answered = answered;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    LocalReply reply = answered.reply();
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    for (LocalReply.Header header : reply.headers()) {
      headers.add(header.name(), header.value());
    }
    if (answered.close()) {
      headers.set("Connection", "close");
    }
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
