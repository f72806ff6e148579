package io.inmesh.engine;

import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.RequestHead;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of a test: method, URI and headers. It is its own editor. */
public final class TestHead implements RequestHead, HeadEditor {
  private final String method;
  private final URI uri;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private @Nullable String editedPath;
  private @Nullable String editedAuthority;

  private TestHead(String method, String uri) {
    this.method = method;
    this.uri = URI.create(uri);
  }

  public static TestHead get(String uri) {
    return new TestHead("GET", uri);
  }

  public static TestHead of(String method, String uri) {
    return new TestHead(method, uri);
  }

  public TestHead with(String name, String value) {
    headers.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String scheme() {
    return uri.getScheme();
  }

  @Override
  public String host() {
    return uri.getHost();
  }

  @Override
  public int port() {
    return uri.getPort() >= 0 ? uri.getPort() : scheme().equals("https") ? 443 : 80;
  }

  @Override
  public String authority() {
    if (editedAuthority != null) {
      return editedAuthority;
    }
    List<String> own = headers.get("host");
    return own == null ? uri.getRawAuthority() : own.get(0);
  }

  @Override
  public String path() {
    if (editedPath != null) {
      return editedPath;
    }
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return path;
  }

  @Override
  public @Nullable String query() {
    return uri.getRawQuery();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    List<String> values = headers.get(lowerCaseName);
    return values == null ? null : String.join(",", values);
  }

  public List<String> values(String name) {
    return headers.getOrDefault(name, List.of());
  }

  @Override
  public void setPath(String pathAndQuery) {
    editedPath = pathAndQuery;
  }

  @Override
  public void setAuthority(String authority) {
    editedAuthority = authority;
  }

  @Override
  public void setHeader(String name, String value) {
    headers.put(name, new ArrayList<>(List.of(value)));
  }

  @Override
  public void addHeader(String name, String value) {
    with(name, value);
  }

  @Override
  public void removeHeader(String name) {
    headers.remove(name);
  }
}
