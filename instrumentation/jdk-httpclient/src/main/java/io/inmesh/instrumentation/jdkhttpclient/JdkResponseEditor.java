package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.http.HeaderEditor;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the changes to a response head; the headers are copied at the first change. */
final class JdkResponseEditor implements HeaderEditor {
  private final HttpHeaders headers;
  private @Nullable TreeMap<String, List<String>> changed;

  JdkResponseEditor(HttpHeaders headers) {
    this.headers = headers;
  }

  @Override
  public @Nullable String header(String name) {
    List<String> values = (changed != null ? changed : headers.map()).get(name);
    return values == null ? null : String.join(",", values);
  }

  @Override
  public void setHeader(String name, String value) {
    copy().put(name, List.of(value));
  }

  @Override
  public void addHeader(String name, String value) {
    List<String> values = new ArrayList<>(copy().getOrDefault(name, List.of()));
    values.add(value);
    copy().put(name, values);
  }

  @Override
  public void removeHeader(String name) {
    if (changed != null || headers.map().containsKey(name)) {
      copy().remove(name);
    }
  }

  /** The headers that the app is to see, or null where nothing changed. */
  @Nullable HttpHeaders changedHeaders() {
    return changed == null ? null : HttpHeaders.of(changed, (name, value) -> true);
  }

  private TreeMap<String, List<String>> copy() {
    TreeMap<String, List<String>> copy = changed;
    if (copy == null) {
      copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      copy.putAll(headers.map());
      changed = copy;
    }
    return copy;
  }
}
