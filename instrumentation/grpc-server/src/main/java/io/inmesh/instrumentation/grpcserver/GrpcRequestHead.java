package io.inmesh.instrumentation.grpcserver;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.inmesh.instrumentation.api.AcceptedHead;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call as the engine reads it: a request over HTTP/2. */
final class GrpcRequestHead extends AcceptedHead {
  private final ServerCall<?, ?> call;
  private final Metadata headers;

  GrpcRequestHead(ServerCall<?, ?> call, Metadata headers) {
    this.call = call;
    this.headers = headers;
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  protected int acceptedAt() {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR)
            instanceof InetSocketAddress local
        ? local.getPort()
        : 0;
  }

  @Override
  public String authority() {
    String authority = call.getAuthority();
    return authority == null ? "" : authority;
  }

  @Override
  public String path() {
    return "/" + call.getMethodDescriptor().getFullMethodName();
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    List<String> values = MetadataEditor.values(headers, lowerCaseName);
    if (values.isEmpty()) {
      // gRPC may have taken it away once it had checked it.
      return lowerCaseName.equals("content-type") ? "application/grpc" : null;
    }
    return values.size() == 1 ? values.get(0) : String.join(",", values);
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<String> values = MetadataEditor.values(headers, lowerCaseName);
    return values.size() > 1 ? values : null;
  }

  @Override
  public String protocol() {
    return "HTTP/2";
  }
}
