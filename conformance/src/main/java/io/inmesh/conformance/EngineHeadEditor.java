package io.inmesh.conformance;

import io.inmesh.engine.http.HeadEditor;

/** Makes of a request what the upstream of one attempt sees. */
final class EngineHeadEditor extends EngineHeaders implements HeadEditor {
  private final String method;
  private String path;
  private String authority;

  EngineHeadEditor(EngineHead head) {
    method = head.method();
    path = head.request().target();
    authority = head.authority();
    head.request().headers().forEach(header -> addHeader(header.name(), header.value()));
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
  public void setAuthority(String changed) {
    authority = changed;
  }

  Observation.Attempt seen(int host) {
    return new Observation.Attempt(host, method, path, authority, received());
  }
}
