package io.inmesh.conformance;

import io.inmesh.engine.http.HeaderEditor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers that the engine edits; several values of one name are joined with a comma. */
class EngineHeaders implements HeaderEditor {
  private final Map<String, String> headers;

  EngineHeaders(Map<String, String> headers) {
    this.headers = headers;
  }

  Map<String, String> all() {
    return headers;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.put(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    headers.merge(lowerCaseName, value, (a, b) -> a + "," + b);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.remove(lowerCaseName);
  }
}
