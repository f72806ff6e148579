package io.inmesh.instrumentation.tomcat;

import io.inmesh.engine.http.HeadEditor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;

/** Edits the head of a request in place, before the container has looked at it. */
final class TomcatHeadEditor implements HeadEditor {
  private final Request request;
  private final Headers headers;

  /**
   * @param headers of the request
   */
  TomcatHeadEditor(Request request, Headers headers) {
    this.request = request;
    this.headers = headers;
    // The limit is for what comes from the peer; it is set anew for each request.
    request.getMimeHeaders().setLimit(-1);
  }

  @Override
  public String path() {
    String path = request.requestURI().toString();
    return request.queryString().isNull() ? path : path + "?" + request.queryString();
  }

  @Override
  public void setPath(String pathAndQuery) {
    int query = pathAndQuery.indexOf('?');
    String path = query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
    // As bytes: the container takes a string for one that is decoded already.
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    request.requestURI().setBytes(bytes, 0, bytes.length);
    if (query < 0) {
      request.queryString().recycle();
    } else {
      byte[] rest = pathAndQuery.substring(query + 1).getBytes(StandardCharsets.UTF_8);
      request.queryString().setBytes(rest, 0, rest.length);
    }
  }

  @Override
  public String authority() {
    return TomcatRequestHead.authority(request, headers);
  }

  @Override
  public void setAuthority(String authority) {
    headers.only("host").setString(authority);
    int colon = authority.lastIndexOf(':');
    boolean port = colon > authority.lastIndexOf(']');
    request.serverName().setString(port ? authority.substring(0, colon) : authority);
    request.setServerPort(port ? Integer.parseInt(authority.substring(colon + 1)) : 80);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return headers.joined(lowerCaseName);
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    return headers.first(lowerCaseName);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.only(lowerCaseName).setString(value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    headers.add(lowerCaseName).setString(value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.remove(lowerCaseName);
  }

  @Override
  public void removeHeaders(String lowerCasePrefix, List<String> lowerCaseNames) {
    headers.removeAll(lowerCasePrefix, lowerCaseNames);
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    return headers.anyStartsWith(lowerCasePrefix);
  }
}
