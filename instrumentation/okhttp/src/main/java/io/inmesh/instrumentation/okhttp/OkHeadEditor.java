package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.http.HeadEditor;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Builds the request of one attempt; BridgeInterceptor gives the app its own request back. Only the
 * differences are kept, because each of the library's builders copies and checks all headers anew.
 */
final class OkHeadEditor implements HeadEditor {
  private final OkRequestHead head;
  private final Request request;
  private final Headers own;

  /** Names of the app's headers that do not go on the wire. */
  private final List<String> removed = new ArrayList<>(2);

  /** Names and values by turns. */
  private final List<String> added = new ArrayList<>(16);

  private @Nullable String path;

  OkHeadEditor(OkRequestHead head, Request request) {
    this.head = head;
    this.request = request;
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
    String found = isRemoved(lowerCaseName) ? null : OkRequestHead.joined(own, lowerCaseName);
    for (int i = 0; i < added.size(); i += 2) {
      if (added.get(i).equalsIgnoreCase(lowerCaseName)) {
        found = found == null ? added.get(i + 1) : found + "," + added.get(i + 1);
      }
    }
    return found;
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    if (!isRemoved(lowerCaseName)) {
      for (int i = 0; i < own.size(); i++) {
        if (own.name(i).equalsIgnoreCase(lowerCaseName)) {
          return own.value(i);
        }
      }
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
    added.add(lowerCaseName);
    added.add(value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    if (own.get(lowerCaseName) != null && !isRemoved(lowerCaseName)) {
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

  /**
   * The request as it goes on the wire; host and port of its URL are the app's, as the library
   * demands.
   *
   * @param body sent in place of the app's, if there is one
   */
  Request build(@Nullable RequestBody body) {
    Request.Builder changed = request.newBuilder();
    if (body != null) {
      changed.method(request.method(), body);
    }
    for (int i = 0; i < removed.size(); i++) {
      changed.removeHeader(removed.get(i));
    }
    for (int i = 0; i < added.size(); i += 2) {
      changed.addHeader(added.get(i), added.get(i + 1));
    }
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
