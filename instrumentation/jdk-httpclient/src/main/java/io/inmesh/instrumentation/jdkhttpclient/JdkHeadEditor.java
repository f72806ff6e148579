package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.engine.http.HeadEditor;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the changes to the head of one attempt; the library's request stays as it is, so the app
 * sees none of them. A header that the app did not set goes in as a system header, which costs
 * nothing more; only when one of the app's own is touched are its headers copied.
 */
final class JdkHeadEditor implements HeadEditor {
  private final JdkRequestHead head;
  private final HttpRequest request;
  private final Map<String, List<String>> system;
  private final List<Undo> undo = new ArrayList<>();
  private @Nullable String path;
  private @Nullable String authority;
  private @Nullable TreeMap<String, List<String>> userHeaders;

  JdkHeadEditor(JdkRequestHead head, HttpRequest request, Internals internals) {
    this.head = head;
    this.request = request;
    this.system = internals.systemHeaders(request);
  }

  @Override
  public String path() {
    if (path != null) {
      return path;
    }
    String query = head.query();
    return query == null ? head.path() : head.path() + "?" + query;
  }

  @Override
  public void setPath(String pathAndQuery) {
    path = pathAndQuery;
  }

  @Override
  public String authority() {
    return authority != null ? authority : head.authority();
  }

  @Override
  public void setAuthority(String authority) {
    this.authority = authority;
  }

  @Override
  public @Nullable String header(String name) {
    List<String> values = lines(name);
    return values == null ? null : String.join(",", values);
  }

  @Override
  public @Nullable String firstLine(String name) {
    List<String> values = lines(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  private @Nullable List<String> lines(String name) {
    List<String> values = head.mayHave(name) ? ownView().get(name) : null;
    return values == null ? system.get(name) : values;
  }

  private boolean isOwn(String name) {
    // What the mesh adds never becomes one of the app's.
    return head.mayHave(name) && ownView().containsKey(name);
  }

  @Override
  public void setHeader(String name, String value) {
    if (isOwn(name)) {
      own().put(name, List.of(value));
    } else {
      undo.add(new Undo(name, system.put(name, List.of(value))));
    }
  }

  @Override
  public void addHeader(String name, String value) {
    boolean mine = isOwn(name);
    List<String> old = mine ? ownView().get(name) : system.get(name);
    List<String> values = new ArrayList<>(old == null ? List.of() : old);
    values.add(value);
    if (mine) {
      own().put(name, values);
    } else {
      undo.add(new Undo(name, system.put(name, values)));
    }
  }

  @Override
  public void removeHeader(String name) {
    if (isOwn(name)) {
      own().remove(name);
    }
    if (system.containsKey(name)) {
      undo.add(new Undo(name, system.remove(name)));
    }
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    return anyStartsWith(ownView(), lowerCasePrefix) || anyStartsWith(system, lowerCasePrefix);
  }

  private static boolean anyStartsWith(Map<String, List<String>> headers, String prefix) {
    for (String name : headers.keySet()) {
      if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
        return true;
      }
    }
    return false;
  }

  /** Takes the changes to the library's own headers back, before another attempt makes its own. */
  void undo() {
    for (int i = undo.size() - 1; i >= 0; i--) {
      Undo step = undo.get(i);
      if (step.old == null) {
        system.remove(step.name);
      } else {
        system.put(step.name, step.old);
      }
    }
    undo.clear();
  }

  /** The request target, or null where it is the app's own. */
  @Nullable String changedPath() {
    return path;
  }

  /** The Host, or null where it is the app's own. */
  @Nullable String changedAuthority() {
    return authority;
  }

  /** The app's headers as they go on the wire, or null where they are untouched. */
  @Nullable HttpHeaders changedHeaders() {
    Map<String, List<String>> own = userHeaders;
    return own == null ? null : HttpHeaders.of(own, (name, value) -> true);
  }

  private Map<String, List<String>> ownView() {
    TreeMap<String, List<String>> own = userHeaders;
    return own != null ? own : request.headers().map();
  }

  private Map<String, List<String>> own() {
    TreeMap<String, List<String>> own = userHeaders;
    if (own == null) {
      own = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      own.putAll(request.headers().map());
      userHeaders = own;
    }
    return own;
  }

  private record Undo(String name, @Nullable List<String> old) {}
}
