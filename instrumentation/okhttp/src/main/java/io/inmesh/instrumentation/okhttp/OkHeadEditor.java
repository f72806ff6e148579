package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.HeadEditor;
import java.util.function.BooleanSupplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * What the mesh changes in the head of one attempt. It travels as a tag of the request, unseen by
 * the app's network interceptors and listeners, and comes in where the library writes the head.
 */
final class OkHeadEditor extends HeaderChanges implements HeadEditor {
  /** Room for a head with what a mesh adds to it. */
  private static final int USUAL = 512;

  /** As many headers as a sidecar adds. */
  private static final int ADDED = 12;

  private final OkRequestHead head;
  private final BooleanSupplier told;
  private @Nullable String path;

  /**
   * @param told asked when the connection is chosen: whether its peer has our metadata already
   */
  OkHeadEditor(OkRequestHead head, BooleanSupplier told) {
    super(head.headers(), head.names(), ADDED);
    this.head = head;
    this.told = told;
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
    String host = header("host");
    return host != null ? host : head.authority();
  }

  @Override
  public void setAuthority(String authority) {
    setHeader("Host", authority);
  }

  /**
   * The head in HTTP/1.1, in origin form, without the end of its last line.
   *
   * @param request as the app's network interceptors have left it
   */
  String http1(Request request) {
    StringBuilder out = new StringBuilder(USUAL);
    out.append(request.method()).append(' ').append(target(request.url())).append(" HTTP/1.1");
    writeLines(request.headers(), told.getAsBoolean(), out);
    return out.toString();
  }

  private String target(HttpUrl url) {
    if (path != null) {
      return path;
    }
    String query = url.encodedQuery();
    return query == null ? url.encodedPath() : url.encodedPath() + "?" + query;
  }

  /**
   * The request with its changes, where the library writes it itself; host and port of its URL stay
   * the app's.
   */
  Request applied(Request request) {
    Request.Builder changed = request.newBuilder().headers(applied(request.headers()));
    if (path != null) {
      int query = path.indexOf('?');
      HttpUrl.Builder url = request.url().newBuilder();
      url.encodedPath(query < 0 ? path : path.substring(0, query));
      url.encodedQuery(query < 0 ? null : path.substring(query + 1));
      changed.url(url.build());
    }
    return changed.build();
  }
}
