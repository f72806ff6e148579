package io.inmesh.it.grpc;

class GrpcShadedIT extends GrpcContract {
  @Override
  protected String library() {
    return "grpc-shaded-1.85.1";
  }
}
