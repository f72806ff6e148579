package io.inmesh.it.server;

class Netty42Http2IT extends NettyHttp2Contract {
  @Override
  String library() {
    return "netty-4.2.20";
  }
}
