package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.engine.http.HeaderEditor;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Edits the library's headers in place. */
class Http2HeaderEditor implements HeaderEditor {
  private final Http2Headers headers;

  Http2HeaderEditor(Http2Headers headers) {
    this.headers = headers;
  }

  /** The values of a header joined with a comma, or null where there are none. */
  static @Nullable String joined(Http2Headers headers, String name) {
    List<CharSequence> values = headers.getAll(name);
    if (values.size() <= 1) {
      return values.isEmpty() ? null : values.get(0).toString();
    }
    // HTTP/2 may send the pairs of a cookie apart.
    return String.join(name.equals("cookie") ? "; " : ",", values);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return joined(headers, lowerCaseName);
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    CharSequence first = headers.get(lowerCaseName);
    return first == null ? null : first.toString();
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.set(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    headers.add(lowerCaseName, value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.remove(lowerCaseName);
  }
}
