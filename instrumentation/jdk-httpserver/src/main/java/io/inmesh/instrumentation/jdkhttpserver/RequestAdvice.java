package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.InboundConnection;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where the library has read the head of a request, and where it answers. */
final class RequestAdvice {
  private final Internals internals;
  private final Connections connections;

  RequestAdvice(Internals internals, Connections connections) {
    this.internals = internals;
    this.connections = connections;
  }

  /** {@code Request.headers()}: decides when they are asked for the first time. */
  Headers headers(Headers headers, Object of) throws IOException {
    MeshConnection connection = connections.here();
    InboundConnection inbound = connection == null ? null : connection.inbound();
    if (connection != null && inbound != null) {
      ServedRequest known = connection.request();
      if (known == null || !known.isOf(of)) {
        ServedRequest next =
            new ServedRequest(of, internals.requestLine(of), headers, connection.port());
        connection.begin(next);
        next.admit(inbound);
      }
    }
    return headers;
  }

  /** {@code ContextList.findContext(String, String)}: the path that the app is to see. */
  @Nullable String path(Object list, String protocol, @Nullable String path) {
    ServedRequest request = here();
    return request == null ? path : request.uri(path);
  }

  /** The same method: a request that the mesh answers goes to no context of the app. */
  @Nullable Object context(Object list) {
    MeshConnection connection = connections.here();
    ServedRequest request = here();
    MeshAnswer answer = request == null ? null : request.answer();
    return connection == null || answer == null
        ? null
        : internals.newContext(answer, connection.server());
  }

  /** The URI of a new {@code ExchangeImpl}. */
  URI uri(String method, URI uri) {
    ServedRequest request = here();
    return request == null ? uri : request.uri(uri);
  }

  /** {@code ServerImpl.Exchange.reject(int, String, String)}: the library answers by itself. */
  @Nullable Object reject(Object exchange, int status) {
    ServedRequest request = here();
    if (request != null) {
      request.respond(status, new Headers());
      request.ended(Exchange.End.COMPLETE);
    }
    return null;
  }

  /** {@code ExchangeImpl.sendResponseHeaders(int, long)}. */
  @Nullable Object respond(Object impl, int status) {
    MeshConnection connection =
        connections.get(internals.channelOfConnection(internals.connectionOfImpl(impl)));
    ServedRequest request = connection == null ? null : connection.request();
    if (request != null && !internals.sentHeaders(impl)) {
      request.respond(status, internals.responseHeaders(impl));
    }
    return null;
  }

  private @Nullable ServedRequest here() {
    MeshConnection connection = connections.here();
    return connection == null ? null : connection.request();
  }
}
