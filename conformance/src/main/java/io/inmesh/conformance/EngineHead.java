package io.inmesh.conformance;

import io.inmesh.engine.LocalReply;
import io.inmesh.engine.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A vector's request as the engine reads it. */
final class EngineHead implements RequestHead {
  private final VectorRequest request;

  EngineHead(VectorRequest request) {
    this.request = request;
  }

  VectorRequest request() {
    return request;
  }

  /** The headers line by line, names in lower case. */
  List<LocalReply.Header> headers() {
    return request.headers().stream()
        .map(header -> new LocalReply.Header(header.name(), header.value()))
        .toList();
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String scheme() {
    return "http";
  }

  // Any host of any listener: which one takes it is not the subject.
  @Override
  public String host() {
    return "10.0.0.1";
  }

  @Override
  public int port() {
    return 80;
  }

  @Override
  public String authority() {
    return request.authority();
  }

  @Override
  public String path() {
    int query = request.target().indexOf('?');
    return query < 0 ? request.target() : request.target().substring(0, query);
  }

  @Override
  public @Nullable String query() {
    int query = request.target().indexOf('?');
    return query < 0 ? null : request.target().substring(query + 1);
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<String> values =
        request.headers().stream()
            .filter(header -> header.name().equals(lowerCaseName))
            .map(VectorRequest.Header::value)
            .toList();
    return values.size() > 1 ? values : null;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    String found = null;
    for (VectorRequest.Header header : request.headers()) {
      if (header.name().equals(lowerCaseName)) {
        found = found == null ? header.value() : found + "," + header.value();
      }
    }
    return found;
  }
}
