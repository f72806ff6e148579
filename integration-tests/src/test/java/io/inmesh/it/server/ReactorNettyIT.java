package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import io.inmesh.it.client.LibraryVersions;
import org.junit.jupiter.api.Tag;

/** No module of its own: its ports are Netty's. */
@Tag("matrix")
class ReactorNettyIT extends ServerContract {
  @Override
  protected Class<? extends LibraryServer> server() {
    return ReactorNettyServer.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(
        LibraryVersions.with(super.classPath(), "netty-4.1.131"), "reactor-netty-1.2.1");
  }
}
