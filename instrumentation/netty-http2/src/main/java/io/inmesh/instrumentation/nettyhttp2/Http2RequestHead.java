package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.engine.http.RequestHead;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as the engine reads it. */
final class Http2RequestHead implements RequestHead {
  private final Http2Headers headers;
  private final RequestPath path;
  private final int acceptedAt;

  /**
   * @param acceptedAt port of the connection
   */
  Http2RequestHead(Http2Headers headers, int acceptedAt) {
    this.headers = headers;
    this.path = path(headers);
    this.acceptedAt = acceptedAt;
  }

  /** Of a CONNECT there is none. */
  static RequestPath path(Http2Headers headers) {
    return RequestPath.of(text(headers.path()));
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
    return authority(headers);
  }

  @Override
  public String path() {
    return path.path();
  }

  @Override
  public @Nullable String query() {
    return path.query();
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
