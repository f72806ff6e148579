package io.inmesh.it.server;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcNettySecuredIT extends GrpcSecuredContract {
  @Override
  protected String classPath() {
    return GrpcServerContract.ofTheTests();
  }
}
