package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import io.inmesh.instrumentation.api.AcceptedHead;
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
final class ServerRequestHead extends AcceptedHead {
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
  protected int acceptedAt() {
    return acceptedAt;
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
