package io.inmesh.it.grpc;

class GrpcNettyIT extends GrpcContract {
  @Override
  protected String library() {
    return "grpc-1.85.1";
  }
}
