package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import io.inmesh.engine.http.HeaderEditor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Edits the library's headers in place. */
class ServerHeaderEditor implements HeaderEditor {
  private final Headers headers;

  ServerHeaderEditor(Headers headers) {
    this.headers = headers;
  }

  /** Values joined with a comma, or null where there are none. */
  static @Nullable String joined(@Nullable List<String> values) {
    if (values == null || values.isEmpty()) {
      return null;
    }
    return values.size() == 1 ? values.get(0) : String.join(",", values);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return joined(headers.get(lowerCaseName));
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    return headers.getFirst(lowerCaseName);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.set(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    // The app may have put a list that takes no more.
    List<String> values = headers.get(lowerCaseName);
    List<String> all = new ArrayList<>(values == null ? List.of() : values);
    all.add(value);
    headers.put(lowerCaseName, all);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.remove(lowerCaseName);
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    for (String name : headers.keySet()) {
      if (name.regionMatches(true, 0, lowerCasePrefix, 0, lowerCasePrefix.length())) {
        return true;
      }
    }
    return false;
  }
}
