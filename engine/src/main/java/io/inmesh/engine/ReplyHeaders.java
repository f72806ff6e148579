package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.http.HeaderEditor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers of a local reply while they are edited. */
final class ReplyHeaders implements HeaderEditor {
  private final List<Header> headers;

  ReplyHeaders(List<Header> headers) {
    this.headers = new ArrayList<>(headers);
  }

  List<Header> list() {
    return headers;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    String joined = null;
    for (Header header : headers) {
      if (header.name().equals(lowerCaseName)) {
        joined = joined == null ? header.value() : joined + "," + header.value();
      }
    }
    return joined;
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    for (Header header : headers) {
      if (header.name().equals(lowerCaseName)) {
        return header.value();
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
    headers.add(new Header(lowerCaseName, value));
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.removeIf(header -> header.name().equals(lowerCaseName));
  }
}
