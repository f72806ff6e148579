package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import io.inmesh.engine.http.HeadEditor;
import org.jspecify.annotations.Nullable;

/** Edits the head of a request: headers in place, the target for whom creates the exchange. */
final class ServerHeadEditor extends ServerHeaderEditor implements HeadEditor {
  private final ServerRequestHead head;
  private final Headers headers;
  private @Nullable String target;

  ServerHeadEditor(ServerRequestHead head, Headers headers) {
    super(headers);
    this.head = head;
    this.headers = headers;
  }

  @Override
  public String path() {
    if (target != null) {
      return target;
    }
    String query = head.query();
    return query == null ? head.path() : head.path() + "?" + query;
  }

  @Override
  public void setPath(String pathAndQuery) {
    if (!pathAndQuery.equals(path())) {
      target = pathAndQuery;
    }
  }

  @Override
  public String authority() {
    return head.authority();
  }

  @Override
  public void setAuthority(String authority) {
    headers.set("host", authority);
  }

  /** Path and query that the app is to see, or null where they are the caller's. */
  @Nullable String changedTarget() {
    return target;
  }
}
