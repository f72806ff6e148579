package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.NameSketch;
import io.inmesh.engine.http.RequestHead;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * The library's request, with what it has added by now (Host, cookies, User-Agent), as the engine
 * reads it.
 */
final class OkRequestHead implements RequestHead {
  private final Request request;
  private final Headers headers;
  private final NameSketch names;
  private final String path;

  OkRequestHead(Request request) {
    this.request = request;
    this.headers = request.headers();
    this.names = sketch(headers);
    // Built by the library at each call; here once.
    this.path = request.url().encodedPath();
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String scheme() {
    return request.url().scheme();
  }

  @Override
  public String host() {
    return request.url().host();
  }

  @Override
  public int port() {
    return request.url().port();
  }

  @Override
  public String authority() {
    String own = first(headers, "host");
    if (own != null) {
      return own;
    }
    HttpUrl url = request.url();
    String host = url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host();
    return url.port() == HttpUrl.defaultPort(url.scheme()) ? host : host + ":" + url.port();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return request.url().encodedQuery();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return names.mayHave(lowerCaseName) ? joined(headers, lowerCaseName) : null;
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<String> values = headers.values(lowerCaseName);
    return values.size() > 1 ? values : null;
  }

  Headers headers() {
    return headers;
  }

  /** Those of the headers. */
  NameSketch names() {
    return names;
  }

  /** The first line of a header, or null where it is absent. */
  static @Nullable String first(Headers headers, String name) {
    for (int i = 0; i < headers.size(); i++) {
      if (headers.name(i).equalsIgnoreCase(name)) {
        return headers.value(i);
      }
    }
    return null;
  }

  /** Whether a header has this value in one line, and no other line. */
  static boolean isOnlyLine(Headers headers, String name, String value) {
    boolean found = false;
    for (int i = 0; i < headers.size(); i++) {
      if (headers.name(i).equalsIgnoreCase(name)) {
        if (found || !headers.value(i).equals(value)) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  static NameSketch sketch(Headers headers) {
    NameSketch names = new NameSketch();
    for (int i = 0; i < headers.size(); i++) {
      names.add(headers.name(i));
    }
    return names;
  }

  /** The values of a header joined with a comma, or null where it is absent. */
  static @Nullable String joined(Headers headers, String name) {
    String found = null;
    for (int i = 0; i < headers.size(); i++) {
      if (headers.name(i).equalsIgnoreCase(name)) {
        found = found == null ? headers.value(i) : found + "," + headers.value(i);
      }
    }
    return found;
  }
}
