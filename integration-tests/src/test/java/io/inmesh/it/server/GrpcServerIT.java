package io.inmesh.it.server;

class GrpcServerIT extends GrpcServerContract {
  @Override
  String classPath() {
    return ofTheTests();
  }
}
