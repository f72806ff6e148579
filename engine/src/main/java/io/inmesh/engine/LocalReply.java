package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer that the mesh gives itself, complete: for a gRPC request the status is in headers and
 * the HTTP status is 200.
 *
 * @param status the HTTP status as the app sees it
 * @param body empty for HEAD and gRPC
 * @param headers in order, names in lower case
 * @param flags Envoy's response flags, in the order in which they were set
 * @param details Envoy's response code details
 * @param cause what failed, for clients that want the library's own exception instead
 */
public record LocalReply(
    int status,
    String body,
    List<Header> headers,
    Set<ResponseFlag> flags,
    String details,
    Cause cause)
    implements Decision {
  /** One header line. */
  public record Header(String name, String value) {}

  /** The kind of failure behind a reply. */
  public enum Cause {
    NONE,
    CONNECT,
    TIMEOUT
  }

  public LocalReply {
    headers = List.copyOf(headers);
    flags = ResponseFlags.copyOf(flags);
  }

  /** A reply for a request, with content headers and the gRPC mapping. */
  static LocalReply of(
      RequestHead head,
      int status,
      String body,
      List<Header> extra,
      Set<ResponseFlag> flags,
      String details,
      Cause cause,
      @Nullable Integer grpcStatus) {
    List<Header> headers = new ArrayList<>(extra);
    if (Grpc.isGrpc(head)) {
      headers.add(new Header("content-type", "application/grpc"));
      int code = grpcStatus != null ? grpcStatus : Grpc.statusOfHttp(status);
      headers.add(new Header("grpc-status", Integer.toString(code)));
      if (!body.isEmpty()) {
        headers.add(new Header("grpc-message", Grpc.percentEncode(body)));
      }
      return new LocalReply(200, "", headers, flags, details, cause);
    }
    if (!body.isEmpty()) {
      int length = body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      headers.add(new Header("content-length", Integer.toString(length)));
      if (extra.stream().noneMatch(h -> h.name().equals("content-type"))) {
        headers.add(new Header("content-type", "text/plain"));
      }
    }
    String sent = head.method().equals("HEAD") ? "" : body;
    return new LocalReply(status, sent, headers, flags, details, cause);
  }

  static LocalReply of(
      RequestHead head, int status, String body, ResponseFlag flag, String details, Cause cause) {
    return of(head, status, body, List.of(), Set.of(flag), details, cause, null);
  }

  /** The first value of a header, or null. */
  public @Nullable String header(String lowerCaseName) {
    for (Header header : headers) {
      if (header.name().equals(lowerCaseName)) {
        return header.value();
      }
    }
    return null;
  }

  LocalReply withHeader(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new LocalReply(status, body, more, flags, details, cause);
  }

  LocalReply withHeaders(List<Header> others) {
    return new LocalReply(status, body, others, flags, details, cause);
  }

  /** The flags as Envoy prints them: in the order in which they were set, or {@code -}. */
  public String flagText() {
    return ResponseFlags.text(flags);
  }
}
