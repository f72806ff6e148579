package io.inmesh.it.grpc;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class SecuredGrpcShadedIT extends SecuredGrpcContract {
  @Override
  protected String classPath() {
    return GrpcLibraries.version("grpc-shaded-1.50.2");
  }
}
