package io.inmesh.it.server;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcShadedSecuredIT extends GrpcSecuredContract {
  @Override
  protected String classPath() {
    return GrpcServerContract.with("grpc-shaded-1.85.1");
  }
}
