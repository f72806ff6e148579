package io.inmesh.it.grpc;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcShadedIT extends GrpcContract {
  @Override
  String classPath() {
    return GrpcLibraries.version("grpc-shaded-1.85.1");
  }
}
