package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.instrumentation.api.AcceptedHead;
import io.inmesh.instrumentation.api.RequestTarget;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as the engine reads it. */
final class Http2RequestHead extends AcceptedHead {
  private final Http2Headers headers;
  private final RequestTarget target;
  private final int acceptedAt;

  /**
   * @param acceptedAt port of the connection
   */
  Http2RequestHead(Http2Headers headers, int acceptedAt) {
    this.headers = headers;
    this.target = target(headers);
    this.acceptedAt = acceptedAt;
  }

  /** Of a CONNECT there is none. */
  static RequestTarget target(Http2Headers headers) {
    return RequestTarget.of(text(headers.path()));
  }

  /** A caller that does without {@code :authority} says it by {@code host}. */
  static String authority(Http2Headers headers) {
    CharSequence authority = headers.authority();
    return text(authority == null ? headers.get("host") : authority);
  }

  private static String text(@Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  @Override
  public String method() {
    return text(headers.method());
  }

  @Override
  protected int acceptedAt() {
    return acceptedAt;
  }

  @Override
  public String authority() {
    return authority(headers);
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
    return Http2HeaderEditor.joined(headers, lowerCaseName);
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<CharSequence> values = headers.getAll(lowerCaseName);
    return values.size() > 1 && !lowerCaseName.equals("cookie")
        ? values.stream().map(CharSequence::toString).toList()
        : null;
  }

  @Override
  public String protocol() {
    return "HTTP/2";
  }
}
