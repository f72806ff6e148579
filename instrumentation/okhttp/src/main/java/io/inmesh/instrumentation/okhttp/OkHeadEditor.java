package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.HeadEditor;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Builds the request of one attempt; BridgeInterceptor gives the app its own request back. */
final class OkHeadEditor implements HeadEditor {
  private final OkRequestHead head;
  private final Request request;
  private final Headers.Builder headers;
  private @Nullable String path;
  private @Nullable Headers built;

  OkHeadEditor(OkRequestHead head, Request request) {
    this.head = head;
    this.request = request;
    this.headers = request.headers().newBuilder();
    this.built = request.headers();
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
    String host = headers.get("Host");
    return host != null ? host : head.authority();
  }

  @Override
  public void setAuthority(String authority) {
    headers.set("Host", authority);
    built = null;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    Headers now = built();
    String found = null;
    for (int i = 0; i < now.size(); i++) {
      if (now.name(i).equalsIgnoreCase(lowerCaseName)) {
        found = found == null ? now.value(i) : found + "," + now.value(i);
      }
    }
    return found;
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.set(lowerCaseName, value);
    built = null;
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    headers.add(lowerCaseName, value);
    built = null;
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.removeAll(lowerCaseName);
    built = null;
  }

  /**
   * The request as it goes on the wire; host and port of its URL are the app's, as the library
   * demands.
   */
  Request build() {
    Request.Builder changed = request.newBuilder().headers(built());
    if (path != null) {
      int query = path.indexOf('?');
      HttpUrl.Builder url = request.url().newBuilder();
      url.encodedPath(query < 0 ? path : path.substring(0, query));
      url.encodedQuery(query < 0 ? null : path.substring(query + 1));
      changed.url(url.build());
    }
    return changed.build();
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    Headers now = built();
    for (int i = 0; i < now.size(); i++) {
      if (now.name(i).regionMatches(true, 0, lowerCasePrefix, 0, lowerCasePrefix.length())) {
        return true;
      }
    }
    return false;
  }

  private Headers built() {
    Headers now = built;
    if (now == null) {
      now = headers.build();
      built = now;
    }
    return now;
  }
}
