package io.inmesh.it.server;

class GrpcNetty150ServerIT extends GrpcServerContract {
  @Override
  String classPath() {
    return with("grpc-netty-1.50.2");
  }
}
