package io.inmesh.it.server;

import org.junit.jupiter.api.Tag;

@Tag("matrix")
class GrpcNetty150ServerIT extends GrpcServerContract {
  @Override
  String classPath() {
    return with("grpc-netty-1.50.2");
  }
}
