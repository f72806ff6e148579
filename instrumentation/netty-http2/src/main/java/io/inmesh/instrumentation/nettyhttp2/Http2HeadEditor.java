package io.inmesh.instrumentation.nettyhttp2;

import io.inmesh.engine.http.HeadEditor;
import io.netty.handler.codec.http2.Http2Headers;

/** Edits the head of a request in place, before a listener of the app sees it. */
final class Http2HeadEditor extends Http2HeaderEditor implements HeadEditor {
  private final Http2Headers headers;

  Http2HeadEditor(Http2Headers headers) {
    super(headers);
    this.headers = headers;
  }

  @Override
  public String path() {
    return Http2RequestHead.target(headers).pathAndQuery();
  }

  @Override
  public void setPath(String pathAndQuery) {
    if (!pathAndQuery.equals(path())) {
      headers.path(pathAndQuery);
    }
  }

  @Override
  public String authority() {
    return Http2RequestHead.authority(headers);
  }

  @Override
  public void setAuthority(String authority) {
    headers.authority(authority);
    headers.remove("host");
  }
}
