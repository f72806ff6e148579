package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.LibraryClient;

class SecuredJdkClientIT extends SecuredClientContract {
  @Override
  protected Class<? extends LibraryClient> client() {
    return JdkClient.class;
  }
}
