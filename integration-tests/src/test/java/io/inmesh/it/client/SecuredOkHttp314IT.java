package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.LibraryClient;

class SecuredOkHttp314IT extends SecuredClientContract {
  @Override
  Class<? extends LibraryClient> client() {
    return OkClient.class;
  }

  @Override
  String classPath() {
    return LibraryVersions.with(super.classPath(), "okhttp-3.14.9");
  }
}
