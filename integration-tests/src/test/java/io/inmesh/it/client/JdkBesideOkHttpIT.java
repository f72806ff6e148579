package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.LibraryClient;

class JdkBesideOkHttpIT extends TwoClientsContract {
  @Override
  protected Class<? extends LibraryClient> client() {
    return Beside.JdkBesideOkHttp.class;
  }
}
