package io.inmesh.it.server;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcShadedServerIT extends GrpcServerContract {
  @Override
  String classPath() {
    return with("grpc-shaded-1.85.1");
  }
}
