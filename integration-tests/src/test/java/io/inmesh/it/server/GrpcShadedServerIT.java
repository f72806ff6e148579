package io.inmesh.it.server;

class GrpcShadedServerIT extends GrpcServerContract {
  @Override
  String classPath() {
    return with("grpc-shaded-1.85.1");
  }
}
