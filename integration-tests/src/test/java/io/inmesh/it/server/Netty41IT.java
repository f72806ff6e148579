package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import io.inmesh.it.client.LibraryVersions;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Netty41IT extends ServerContract {
  @Override
  protected Class<? extends LibraryServer> server() {
    return NettyServer.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "netty-4.1.131");
  }
}
