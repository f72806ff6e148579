package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.engine.http.HeadEditor;
import io.inmesh.instrumentation.api.RequestTarget;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/** Edits the head of a request in place, before a handler of the app sees it. */
final class NettyHeadEditor extends NettyHeaderEditor implements HeadEditor {
  private final HttpRequest request;

  NettyHeadEditor(HttpRequest request) {
    super(request.headers());
    this.request = request;
  }

  @Override
  public String path() {
    return RequestTarget.of(request.uri()).pathAndQuery();
  }

  @Override
  public void setPath(String pathAndQuery) {
    if (!pathAndQuery.equals(path())) {
      request.setUri(pathAndQuery);
    }
  }

  @Override
  public String authority() {
    String host = request.headers().get(HttpHeaderNames.HOST);
    return host == null ? "" : host;
  }

  @Override
  public void setAuthority(String authority) {
    request.headers().set(HttpHeaderNames.HOST, authority);
  }
}
