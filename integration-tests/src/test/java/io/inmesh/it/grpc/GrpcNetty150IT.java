package io.inmesh.it.grpc;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcNetty150IT extends GrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.version("grpc-netty-1.50.2");
  }
}
