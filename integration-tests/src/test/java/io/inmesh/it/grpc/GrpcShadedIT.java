package io.inmesh.it.grpc;

class GrpcShadedIT extends GrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.version("grpc-shaded-1.85.1");
  }
}
