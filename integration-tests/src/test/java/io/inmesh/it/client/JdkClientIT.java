package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.ClientContract;
import io.inmesh.instrumentation.testing.LibraryClient;

class JdkClientIT extends ClientContract {
  @Override
  protected Class<? extends LibraryClient> client() {
    return JdkClient.class;
  }
}
