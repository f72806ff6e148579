package io.inmesh.engine;

import io.inmesh.engine.LocalReply.Header;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.RequestHead;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The head of a copy while it is edited: headers in a list, apart from the library's request. */
final class MirrorHead implements HeadEditor {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "host",
          "connection",
          "content-length",
          "expect",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  private final ReplyHeaders headers;
  private String path;
  private String authority;

  MirrorHead(RequestHead head, List<Header> own) {
    headers = new ReplyHeaders(own.stream().filter(h -> !HOP_BY_HOP.contains(h.name())).toList());
    path = Replies.withQuery(head.path(), head.query());
    authority = head.authority();
  }

  List<Header> headers() {
    return headers.list();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public void setPath(String pathAndQuery) {
    path = pathAndQuery;
  }

  @Override
  public String authority() {
    return authority;
  }

  @Override
  public void setAuthority(String value) {
    authority = value;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return headers.header(lowerCaseName);
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    return headers.firstLine(lowerCaseName);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.setHeader(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    headers.addHeader(lowerCaseName, value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.removeHeader(lowerCaseName);
  }
}
