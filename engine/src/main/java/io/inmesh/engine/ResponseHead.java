package io.inmesh.engine;

import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.ServerHeader;
import io.inmesh.engine.listener.FilterChainAction.ServerHeader.Transformation;

/** What a connection manager does to every response head, after all filters. */
final class ResponseHead {
  private ResponseHead() {}

  static void finish(HttpConnectionManager manager, DateHeader date, HeaderEditor editor) {
    ServerHeader server = manager.serverHeader();
    if (server.transformation() == Transformation.OVERWRITE
        || (server.transformation() == Transformation.APPEND_IF_ABSENT
            && editor.header("server") == null)) {
      editor.setHeader("server", server.name());
    }
    if (editor.firstLine("date") == null) {
      editor.setHeader("date", date.value());
    }
    if (!manager.ingress()) {
      // Between proxies only.
      editor.removeHeader(PeerMetadata.ID);
      editor.removeHeader(PeerMetadata.VALUE);
      editor.removeHeader("x-envoy-decorator-operation");
    }
  }

  /**
   * What a caller's sidecar is told by that of the one who is called.
   *
   * @param asked whether the caller has told who it is
   * @param named whether it has named the operation
   */
  static void announce(RouteDecision decision, boolean asked, boolean named, HeaderEditor editor) {
    if (!decision.manager().ingress()) {
      return;
    }
    SidecarIdentity identity = decision.snapshot().identity();
    if (asked && !identity.nodeId().isEmpty()) {
      editor.setHeader(PeerMetadata.ID, identity.nodeId());
      editor.setHeader(PeerMetadata.VALUE, identity.peerMetadata());
    }
    String operation = decision.action().decoratorOperation();
    if (operation != null && decision.manager().tracing() && !named) {
      editor.setHeader("x-envoy-decorator-operation", operation);
    }
  }

  static LocalReply finish(HttpConnectionManager manager, DateHeader date, LocalReply reply) {
    ReplyHeaders headers = new ReplyHeaders(reply.headers());
    finish(manager, date, headers);
    return reply.withHeaders(headers.list());
  }

  /** The same where no connection manager is known. */
  static LocalReply finish(DateHeader date, LocalReply reply) {
    return reply.header("date") == null ? reply.withHeader("date", date.value()) : reply;
  }
}
