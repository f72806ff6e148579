package io.inmesh.instrumentation.grpcserver;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last registry that a server asks. It knows every method: the library answers calls of unknown
 * ones before any interceptor, and who may not call would learn which methods there are.
 */
final class AnsweringRegistry extends HandlerRegistry {
  private static final MethodDescriptor.Marshaller<InputStream> BYTES = new Bytes();

  private final HandlerRegistry ofTheApp;

  AnsweringRegistry(HandlerRegistry ofTheApp) {
    this.ofTheApp = ofTheApp;
  }

  @Override
  public List<ServerServiceDefinition> getServices() {
    return ofTheApp.getServices();
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
    ServerMethodDefinition<?, ?> known = ofTheApp.lookupMethod(name, authority);
    return known == null ? unimplemented(name) : known;
  }

  private static ServerMethodDefinition<InputStream, InputStream> unimplemented(String name) {
    return ServerMethodDefinition.create(
        MethodDescriptor.newBuilder(BYTES, BYTES)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(name)
            .build(),
        (call, headers) -> answer(call, name));
  }

  /** In the library's own words. */
  private static ServerCall.Listener<InputStream> answer(
      ServerCall<InputStream, InputStream> call, String name) {
    call.close(Status.UNIMPLEMENTED.withDescription("Method not found: " + name), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return stream;
    }
  }
}
