package io.inmesh.it.grpc;

class GrpcNettyIT extends GrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.current();
  }
}
