package io.inmesh.it.client;

import io.inmesh.instrumentation.testing.LibraryClient;

class OkHttpBesideJdkIT extends TwoClientsContract {
  @Override
  protected Class<? extends LibraryClient> client() {
    return Beside.OkHttpBesideJdk.class;
  }
}
