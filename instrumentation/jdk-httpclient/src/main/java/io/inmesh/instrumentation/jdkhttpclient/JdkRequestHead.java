package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.http.NameSketch;
import io.inmesh.engine.http.RequestHead;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The library's request as the engine reads it; every answer is a field the library holds already.
 */
final class JdkRequestHead implements RequestHead {
  private final HttpRequest request;
  private final NameSketch names = new NameSketch();

  JdkRequestHead(HttpRequest request) {
    this.request = request;
    for (String name : request.headers().map().keySet()) {
      names.add(name);
    }
  }

  /** False only where the app has surely not set this header; a tree is searched slower. */
  boolean mayHave(String name) {
    return names.mayHave(name);
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String scheme() {
    String scheme = request.uri().getScheme();
    return scheme.equalsIgnoreCase("https") ? "https" : "http";
  }

  @Override
  public String host() {
    return request.uri().getHost();
  }

  @Override
  public int port() {
    URI uri = request.uri();
    int port = uri.getPort();
    return port >= 0 ? port : scheme().equals("https") ? 443 : 80;
  }

  @Override
  public String authority() {
    // Present only with jdk.httpclient.allowRestrictedHeaders=host.
    String own = header("host");
    if (own != null) {
      return own;
    }
    URI uri = request.uri();
    String authority = uri.getRawAuthority();
    return uri.getRawUserInfo() == null
        ? authority
        : authority.substring(uri.getRawUserInfo().length() + 1);
  }

  @Override
  public String path() {
    String path = request.uri().getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  @Override
  public @Nullable String query() {
    return request.uri().getRawQuery();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return mayHave(lowerCaseName) ? joined(request.headers(), lowerCaseName) : null;
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<String> values = request.headers().map().get(lowerCaseName);
    return values != null && values.size() > 1 ? values : null;
  }

  /** The values of a header joined with a comma, or null where it is absent. */
  static @Nullable String joined(HttpHeaders headers, String name) {
    List<String> values = headers.map().get(name);
    if (values == null || values.isEmpty()) {
      return null;
    }
    return values.size() == 1 ? values.get(0) : String.join(",", values);
  }
}
