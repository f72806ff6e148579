package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.HeadEditor;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * What the mesh changes in the head of one attempt. It travels as a tag of the request, unseen by
 * the app's network interceptors and listeners, and comes in where the library writes the head.
 * Only the differences are kept, because each of the library's builders copies and checks all
 * headers anew.
 */
final class OkHeadEditor implements HeadEditor {
  private static final String LINE_END = "\r\n";

  private final OkRequestHead head;
  private final Headers own;

  /** Names of the app's headers that do not go on the wire. */
  private final List<String> removed = new ArrayList<>(2);

  /** Names and values by turns. */
  private final List<String> added = new ArrayList<>(24);

  private @Nullable String path;

  OkHeadEditor(OkRequestHead head, Request request) {
    this.head = head;
    this.own = request.headers();
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
    String host = header("Host");
    return host != null ? host : head.authority();
  }

  @Override
  public void setAuthority(String authority) {
    setHeader("Host", authority);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    String found = isRemoved(lowerCaseName) ? null : head.header(lowerCaseName);
    for (int i = 0; i < added.size(); i += 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        found = found == null ? added.get(i + 1) : found + "," + added.get(i + 1);
      }
    }
    return found;
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    String found = isRemoved(lowerCaseName) ? null : head.first(lowerCaseName);
    if (found != null) {
      return found;
    }
    for (int i = 0; i < added.size(); i += 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        return added.get(i + 1);
      }
    }
    return null;
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    removeHeader(lowerCaseName);
    addHeader(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    requireLine(lowerCaseName);
    requireLine(value);
    added.add(lowerCaseName);
    added.add(value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    if (head.has(lowerCaseName) && !isRemoved(lowerCaseName)) {
      removed.add(lowerCaseName);
    }
    for (int i = added.size() - 2; i >= 0; i -= 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        added.subList(i, i + 2).clear();
      }
    }
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    for (int i = 0; i < own.size(); i++) {
      if (startsWith(own.name(i), lowerCasePrefix)) {
        return true;
      }
    }
    for (int i = 0; i < added.size(); i += 2) {
      if (startsWith(added.get(i), lowerCasePrefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  private boolean isRemoved(String name) {
    for (int i = 0; i < removed.size(); i++) {
      if (removed.get(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** What would end the line makes no header, whoever has asked for it. */
  private static void requireLine(String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a header with a line break: " + text);
    }
  }

  /**
   * The head in HTTP/1.1, in origin form, without the empty line at its end.
   *
   * @param request as the app's network interceptors have left it
   */
  String http1(Request request) {
    Headers present = request.headers();
    StringBuilder out = new StringBuilder(1024);
    out.append(request.method()).append(' ').append(target(request.url())).append(" HTTP/1.1");
    for (int i = 0; i < present.size(); i++) {
      if (!isRemoved(present.name(i))) {
        line(out, present.name(i), present.value(i));
      }
    }
    for (int i = 0; i < added.size(); i += 2) {
      line(out, added.get(i), added.get(i + 1));
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append(LINE_END).append(name).append(": ").append(value);
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
    Headers.Builder headers = request.headers().newBuilder();
    for (int i = 0; i < removed.size(); i++) {
      headers.removeAll(removed.get(i));
    }
    for (int i = 0; i < added.size(); i += 2) {
      headers.addUnsafeNonAscii(added.get(i), added.get(i + 1));
    }
    Request.Builder changed = request.newBuilder().headers(headers.build());
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
