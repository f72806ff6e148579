package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import io.inmesh.it.client.LibraryVersions;
import org.junit.jupiter.api.Tag;

/** Callers of HTTP/1.1 at a port that speaks HTTP/2 too. */
@Tag("matrix")
class NettyHttp2FallbackIT extends ServerContract {
  @Override
  protected Class<? extends LibraryServer> server() {
    return NettyHttp2Server.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "netty-4.2.20");
  }
}
