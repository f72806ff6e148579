package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose path or host was normalised or rewritten: everything after that sees these.
 *
 * @param path without query
 */
record NormalizedHead(RequestHead head, String path, String authority) implements RequestHead {
  /**
   * The head itself where neither changes.
   *
   * @param path null where it stays
   * @param authority null where it stays
   */
  static RequestHead of(RequestHead head, @Nullable String path, @Nullable String authority) {
    return path == null && authority == null
        ? head
        : new NormalizedHead(
            head,
            path == null ? head.path() : path,
            authority == null ? head.authority() : authority);
  }

  @Override
  public String method() {
    return head.method();
  }

  @Override
  public String scheme() {
    return head.scheme();
  }

  @Override
  public String host() {
    return head.host();
  }

  @Override
  public int port() {
    return head.port();
  }

  @Override
  public @Nullable String query() {
    return head.query();
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return head.header(lowerCaseName);
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    return head.lines(lowerCaseName);
  }

  @Override
  public @Nullable String ip() {
    return head.ip();
  }

  @Override
  public String protocol() {
    return head.protocol();
  }
}
