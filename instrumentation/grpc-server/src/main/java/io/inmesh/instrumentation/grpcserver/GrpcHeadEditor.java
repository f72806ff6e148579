package io.inmesh.instrumentation.grpcserver;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.inmesh.engine.http.HeadEditor;

/** Edits the headers of a call; its method and authority gRPC has settled already. */
final class GrpcHeadEditor extends MetadataEditor implements HeadEditor {
  private final GrpcRequestHead head;

  GrpcHeadEditor(ServerCall<?, ?> call, Metadata headers) {
    super(headers);
    this.head = new GrpcRequestHead(call, headers);
  }

  @Override
  public String path() {
    return head.path();
  }

  @Override
  public void setPath(String pathAndQuery) {}

  @Override
  public String authority() {
    return head.authority();
  }

  @Override
  public void setAuthority(String authority) {}
}
