package io.inmesh.it.server;

class GrpcShaded150ServerIT extends GrpcServerContract {
  @Override
  String classPath() {
    return with("grpc-shaded-1.50.2");
  }
}
