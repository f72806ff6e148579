package io.inmesh.it.grpc;

class SecuredGrpcShadedIT extends SecuredGrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.version("grpc-shaded-1.50.2");
  }
}
