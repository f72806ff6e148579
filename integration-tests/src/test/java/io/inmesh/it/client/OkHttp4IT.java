package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.ClientContract;
import io.inmesh.instrumentation.testing.LibraryClient;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class OkHttp4IT extends ClientContract {
  @Override
  protected Class<? extends LibraryClient> client() {
    return OkClient.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "okhttp-4.12.0");
  }
}
