package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import io.inmesh.engine.http.RequestHead;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as the engine reads it. The path is the one that the library finds in the request line,
 * so that policy and app speak of the same.
 */
final class ServerRequestHead implements RequestHead {
  private final Headers headers;
  private final String method;
  private final String protocol;
  private final String path;
  private final @Nullable String query;
  private final @Nullable String absolute;
  private final int acceptedAt;

  /**
   * @param line the first line, {@code METHOD TARGET VERSION}
   * @param acceptedAt port of the connection
   */
  ServerRequestHead(String line, Headers headers, int acceptedAt) throws IOException {
    this.headers = headers;
    this.acceptedAt = acceptedAt;
    int first = line.indexOf(' ');
    int second = line.indexOf(' ', first + 1);
    String target = line.substring(first + 1, second);
    method = line.substring(0, first);
    protocol = line.substring(second + 1).toUpperCase(Locale.ROOT);
    try {
      URI uri = new URI(target);
      String raw = uri.getRawPath();
      path = raw == null ? target : raw.isEmpty() ? "/" : raw;
      query = uri.getRawQuery();
      absolute = uri.getScheme() == null ? null : uri.getRawAuthority();
    } catch (URISyntaxException e) {
      throw new IOException("the library takes " + target + " for a URI, which it is not", e);
    }
  }

  @Override
  public String method() {
    return method;
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
    String host = absolute != null ? absolute : headers.getFirst("host");
    return host == null ? "" : host;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return query;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return ServerHeaderEditor.joined(headers.get(lowerCaseName));
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<String> values = headers.get(lowerCaseName);
    return values != null && values.size() > 1 ? values : null;
  }

  @Override
  public String protocol() {
    return protocol;
  }
}
