package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.it.client.LibraryVersions;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Netty41Http2SecuredIT extends Http2SecuredContract {
  @Override
  protected Class<? extends LibraryServer> server() {
    return NettyHttp2Server.class;
  }

  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "netty-4.1.131");
  }
}
