package io.inmesh.it.grpc;

class GrpcShaded150IT extends GrpcContract {
  @Override
  protected String library() {
    return "grpc-shaded-1.50.2";
  }
}
