package io.inmesh.it.server;

import io.inmesh.it.client.LibraryVersions;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Netty41IT extends NettyContract {
  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "netty-4.1.131");
  }
}
