package io.inmesh.it.grpc;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcShaded150IT extends GrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.version("grpc-shaded-1.50.2");
  }
}
