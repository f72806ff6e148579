package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose path was normalised or rewritten: everything after that sees this path.
 *
 * @param path without query
 */
record PathHead(RequestHead head, String path) implements RequestHead {
  /** The head itself where its path stays. */
  static RequestHead of(RequestHead head, @Nullable String path) {
    return path == null ? head : new PathHead(head, path);
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
  public String authority() {
    return head.authority();
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
