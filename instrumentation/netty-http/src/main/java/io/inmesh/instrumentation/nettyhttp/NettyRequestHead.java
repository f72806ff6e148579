package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.engine.http.RequestHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as the engine reads it. */
final class NettyRequestHead implements RequestHead {
  private final HttpRequest request;
  private final RequestTarget target;
  private final int acceptedAt;

  /**
   * @param acceptedAt port of the connection
   */
  NettyRequestHead(HttpRequest request, int acceptedAt) {
    this.request = request;
    this.target = RequestTarget.of(request.uri());
    this.acceptedAt = acceptedAt;
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String scheme() {
    return "http";
  }

  @Override
  public String host() {
    String authority = authority();
    int colon = portAt(authority);
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  @Override
  public int port() {
    String authority = authority();
    int colon = portAt(authority);
    try {
      return colon < 0 ? acceptedAt : Integer.parseInt(authority.substring(colon + 1));
    } catch (NumberFormatException none) {
      return acceptedAt;
    }
  }

  /** Where the port begins, of an IPv6 literal after its bracket. */
  private static int portAt(String authority) {
    return authority.indexOf(':', authority.indexOf(']') + 1);
  }

  @Override
  public String authority() {
    String host =
        target.authority() != null
            ? target.authority()
            : request.headers().get(HttpHeaderNames.HOST);
    return host == null ? "" : host;
  }

  @Override
  public String path() {
    return target.path();
  }

  @Override
  public @Nullable String query() {
    return target.query();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return NettyHeaderEditor.joined(request.headers(), lowerCaseName);
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<String> values = request.headers().getAll(lowerCaseName);
    return values.size() > 1 ? values : null;
  }

  @Override
  public String protocol() {
    return request.protocolVersion().equals(HttpVersion.HTTP_1_0) ? "HTTP/1.0" : "HTTP/1.1";
  }
}
