package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.LibraryClient;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class SecuredOkHttp314IT extends SecuredClientContract {
  @Override
  protected Class<? extends LibraryClient> client() {
    return OkClient.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "okhttp-3.14.9");
  }
}
