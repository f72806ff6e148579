package io.inmesh.it.server;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class Netty41Http2IT extends NettyHttp2Contract {
  @Override
  String library() {
    return "netty-4.1.131";
  }
}
