package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.HeaderEditor;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** Edits a copy of response headers. */
final class OkResponseEditor implements HeaderEditor {
  private final Headers.Builder headers;

  OkResponseEditor(Headers headers) {
    this.headers = headers.newBuilder();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return OkRequestHead.joined(headers.build(), lowerCaseName);
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
    headers.removeAll(lowerCaseName);
  }

  Headers build() {
    return headers.build();
  }
}
