package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.match.Ascii;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the changes to a response head; its headers are copied once, with all of them. */
final class JdkResponseEditor implements HeaderEditor {
  private final HttpHeaders headers;

  /** The lines that a header has now; none where it is taken out. */
  private final Map<String, List<String>> changes = new LinkedHashMap<>();

  JdkResponseEditor(HttpHeaders headers) {
    this.headers = headers;
  }

  private List<String> lines(String name) {
    List<String> changed = changes.get(name);
    return changed != null ? changed : headers.map().getOrDefault(name, List.of());
  }

  @Override
  public @Nullable String header(String name) {
    List<String> values = lines(name);
    return values.isEmpty() ? null : String.join(",", values);
  }

  @Override
  public void setHeader(String name, String value) {
    changes.put(name, List.of(value));
  }

  @Override
  public void addHeader(String name, String value) {
    List<String> values = new ArrayList<>(lines(name));
    values.add(value);
    changes.put(name, values);
  }

  @Override
  public void removeHeader(String name) {
    if (!lines(name).isEmpty()) {
      changes.put(name, List.of());
    }
  }

  /** The headers that the app is to see, or null where nothing changed. */
  @Nullable HttpHeaders changedHeaders() {
    if (changes.isEmpty()) {
      return null;
    }
    Map<String, List<String>> all = new HashMap<>();
    headers
        .map()
        .forEach(
            (name, values) -> {
              if (!changes.containsKey(Ascii.lower(name))) {
                all.put(name, values);
              }
            });
    changes.forEach(
        (name, values) -> {
          if (!values.isEmpty()) {
            all.put(name, values);
          }
        });
    return HttpHeaders.of(all, (name, value) -> true);
  }
}
