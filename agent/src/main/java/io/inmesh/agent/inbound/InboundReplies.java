package io.inmesh.agent.inbound;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.ResponseFlag;
import io.inmesh.engine.http.GrpcContentType;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.FilterChain;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers that no filter gives: the connection itself is not what policy asks for. */
final class InboundReplies {
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAVAILABLE = 14;

  private static final MeshSnapshot NO_CONFIGURATION = MeshSnapshot.builder().build();

  private InboundReplies() {}

  /**
   * With what every response on a connection gets, as far as that is known.
   *
   * @param chain that the connection is on
   */
  static LocalReply finished(
      @Nullable MeshSnapshot snapshot, @Nullable FilterChain chain, LocalReply reply) {
    return (snapshot == null ? NO_CONFIGURATION : snapshot).finished(chain, reply);
  }

  /** The connection would not be accepted any more. */
  static LocalReply forbidden(RequestHead head) {
    return reply(head, 403, PERMISSION_DENIED, "connection denied", "filter_chain_not_found");
  }

  /** Nobody knows what policy says. */
  static LocalReply noConfiguration(RequestHead head) {
    return reply(head, 503, UNAVAILABLE, "the mesh has no configuration yet", "no_configuration");
  }

  /** Deciding has failed; a request that was not decided about is refused. */
  static LocalReply failed(RequestHead head) {
    return reply(head, 403, PERMISSION_DENIED, "the mesh could not decide", "decision_failed");
  }

  private static LocalReply reply(
      RequestHead head, int status, int grpcStatus, String body, String details) {
    if (GrpcContentType.isGrpc(head.header("content-type"))) {
      return new LocalReply(
          200,
          "",
          List.of(
              new LocalReply.Header("content-type", "application/grpc"),
              new LocalReply.Header("grpc-status", Integer.toString(grpcStatus)),
              new LocalReply.Header("grpc-message", body)),
          Set.of(ResponseFlag.NR),
          details,
          LocalReply.Cause.NONE);
    }
    return new LocalReply(
        status,
        head.method().equals("HEAD") ? "" : body,
        List.of(
            new LocalReply.Header("content-length", Integer.toString(body.length())),
            new LocalReply.Header("content-type", "text/plain")),
        Set.of(ResponseFlag.NR),
        details,
        LocalReply.Cause.NONE);
  }
}
