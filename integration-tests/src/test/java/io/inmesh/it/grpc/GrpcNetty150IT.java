package io.inmesh.it.grpc;

class GrpcNetty150IT extends GrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.version("grpc-netty-1.50.2");
  }
}
