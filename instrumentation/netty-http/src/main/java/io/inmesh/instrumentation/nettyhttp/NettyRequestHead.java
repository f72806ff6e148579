package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.instrumentation.api.AcceptedHead;
import io.inmesh.instrumentation.api.RequestTarget;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as the engine reads it. */
final class NettyRequestHead extends AcceptedHead {
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
  protected int acceptedAt() {
    return acceptedAt;
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
