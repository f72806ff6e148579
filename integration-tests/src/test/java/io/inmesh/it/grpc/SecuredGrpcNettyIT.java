package io.inmesh.it.grpc;

class SecuredGrpcNettyIT extends SecuredGrpcContract {
  @Override
  protected String classPath() {
    return GrpcLibraries.current();
  }
}
