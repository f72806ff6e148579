package io.inmesh.benchmarks;

import io.inmesh.engine.http.RequestHead;
import java.net.http.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of java.net.http as a library module would show it to the engine. */
final class HttpRequestHead implements RequestHead {
  private final HttpRequest request;

  HttpRequestHead(HttpRequest request) {
    this.request = request;
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String scheme() {
    return request.uri().getScheme();
  }

  @Override
  public String host() {
    return request.uri().getHost();
  }

  @Override
  public int port() {
    int port = request.uri().getPort();
    return port >= 0 ? port : scheme().equals("https") ? 443 : 80;
  }

  @Override
  public String authority() {
    String own = header("host");
    return own != null ? own : request.uri().getRawAuthority();
  }

  @Override
  public String path() {
    return request.uri().getRawPath();
  }

  @Override
  public @Nullable String query() {
    return request.uri().getRawQuery();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    List<String> values = request.headers().map().get(lowerCaseName);
    if (values == null) {
      return null;
    }
    return values.size() == 1 ? values.get(0) : String.join(",", values);
  }
}
