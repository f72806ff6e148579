package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.http.NameLengths;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** Edits response headers; they are copied once, and only where anything changes. */
final class OkResponseEditor implements HeaderEditor {
  private final Headers headers;
  private final NameLengths names;

  /** Names of headers of the response that are taken out. */
  private final List<String> removed = new ArrayList<>(4);

  /** Names and values by turns. */
  private final List<String> added = new ArrayList<>(8);

  OkResponseEditor(Headers headers) {
    this.headers = headers;
    this.names = OkRequestHead.lengths(headers);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    String found = isThere(lowerCaseName) ? OkRequestHead.joined(headers, lowerCaseName) : null;
    for (int i = 0; i < added.size(); i += 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        found = found == null ? added.get(i + 1) : found + "," + added.get(i + 1);
      }
    }
    return found;
  }

  private boolean isThere(String name) {
    return names.mayHave(name) && !removed.contains(name);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    removeHeader(lowerCaseName);
    addHeader(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    added.add(lowerCaseName);
    added.add(value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    if (isThere(lowerCaseName) && OkRequestHead.first(headers, lowerCaseName) != null) {
      removed.add(lowerCaseName);
    }
    for (int i = added.size() - 2; i >= 0; i -= 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        added.subList(i, i + 2).clear();
      }
    }
  }

  Headers build() {
    if (removed.isEmpty() && added.isEmpty()) {
      return headers;
    }
    Headers.Builder builder = headers.newBuilder();
    for (int i = 0; i < removed.size(); i++) {
      builder.removeAll(removed.get(i));
    }
    for (int i = 0; i < added.size(); i += 2) {
      builder.addUnsafeNonAscii(added.get(i), added.get(i + 1));
    }
    return builder.build();
  }
}
