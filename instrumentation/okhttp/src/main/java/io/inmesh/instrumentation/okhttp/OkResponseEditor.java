package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.HeaderEditor;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** Edits response headers; those that nothing changes are not copied. */
final class OkResponseEditor implements HeaderEditor {
  private Headers current;

  /** What becomes of them, where something has changed since they were looked at. */
  private Headers.@Nullable Builder changes;

  OkResponseEditor(Headers headers) {
    this.current = headers;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return OkRequestHead.joined(build(), lowerCaseName);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    changing().set(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    changing().add(lowerCaseName, value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    if (changes != null || current.get(lowerCaseName) != null) {
      changing().removeAll(lowerCaseName);
    }
  }

  private Headers.Builder changing() {
    Headers.Builder builder = changes;
    if (builder == null) {
      builder = current.newBuilder();
      changes = builder;
    }
    return builder;
  }

  Headers build() {
    if (changes != null) {
      current = changes.build();
      changes = null;
    }
    return current;
  }
}
