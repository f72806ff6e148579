package io.inmesh.instrumentation.tomcat;

import io.inmesh.engine.http.RequestHead;
import java.util.List;
import org.apache.coyote.Request;
import org.apache.tomcat.util.buf.MessageBytes;
import org.jspecify.annotations.Nullable;

/** A request as Tomcat has parsed it and the engine reads it. */
final class TomcatRequestHead implements RequestHead {
  private final Request request;
  private final Headers headers;
  private final String method;
  private final String path;
  private final String protocol;

  TomcatRequestHead(Request request, Headers headers) {
    this.request = request;
    this.headers = headers;
    // Each is a new string whenever Tomcat is asked.
    this.method = Headers.text(request.method());
    this.path = Headers.text(request.requestURI());
    this.protocol =
        isHttp2(request)
            ? "HTTP/2"
            : request.protocol().equals("HTTP/1.0") ? "HTTP/1.0" : "HTTP/1.1";
  }

  static boolean isHttp2(Request request) {
    return request.protocol().startsWithIgnoreCase("HTTP/2", 0);
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
    return request.serverName().isNull() ? "" : request.serverName().toString();
  }

  @Override
  public int port() {
    return request.getServerPort();
  }

  @Override
  public String authority() {
    return authority(request, headers);
  }

  static String authority(Request request, Headers headers) {
    String host = headers.first("host");
    if (host != null) {
      return host;
    }
    MessageBytes name = request.serverName();
    if (name.isNull()) {
      return "";
    }
    int port = request.getServerPort();
    return port > 0 && port != 80 ? name + ":" + port : name.toString();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return request.queryString().isNull() ? null : request.queryString().toString();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return headers.joined(lowerCaseName);
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    return headers.lines(lowerCaseName);
  }

  @Override
  public String protocol() {
    return protocol;
  }
}
