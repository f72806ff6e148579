package io.inmesh.it.grpc;

class SecuredGrpcNettyIT extends SecuredGrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.current();
  }
}
