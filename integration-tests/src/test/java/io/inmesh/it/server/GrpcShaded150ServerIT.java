package io.inmesh.it.server;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcShaded150ServerIT extends GrpcServerContract {
  @Override
  String classPath() {
    return with("grpc-shaded-1.50.2");
  }
}
