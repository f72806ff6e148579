package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.LibraryClient;

class SecuredOkHttp5IT extends SecuredClientContract {
  @Override
  protected Class<? extends LibraryClient> client() {
    return OkClient.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "okhttp-5.3.2");
  }
}
