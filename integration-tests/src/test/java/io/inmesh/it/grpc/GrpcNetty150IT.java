package io.inmesh.it.grpc;

class GrpcNetty150IT extends GrpcContract {
  @Override
  protected String library() {
    return "grpc-1.50.2";
  }
}
