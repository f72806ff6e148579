package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.engine.http.HeaderEditor;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Edits the library's headers in place. */
class NettyHeaderEditor implements HeaderEditor {
  private final HttpHeaders headers;

  NettyHeaderEditor(HttpHeaders headers) {
    this.headers = headers;
  }

  /** The values of a header joined with a comma, or null where there are none. */
  static @Nullable String joined(HttpHeaders headers, String name) {
    List<String> values = headers.getAll(name);
    return values.isEmpty() ? null : values.size() == 1 ? values.get(0) : String.join(",", values);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return joined(headers, lowerCaseName);
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    return headers.get(lowerCaseName);
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
