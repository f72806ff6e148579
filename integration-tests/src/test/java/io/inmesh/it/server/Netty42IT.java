package io.inmesh.it.server;

import io.inmesh.it.client.LibraryVersions;

class Netty42IT extends NettyContract {
  @Override
  protected String classPath() {
    return LibraryVersions.with(super.classPath(), "netty-4.2.20");
  }
}
