package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import org.junit.jupiter.api.Tag;

@Tag("matrix")
class NettyHttp2AdapterIT extends NettyHttp2Contract {
  @Override
  Class<? extends LibraryServer> server() {
    return NettyHttp2AdapterServer.class;
  }

  @Override
  String library() {
    return "netty-4.2.20";
  }
}
