package io.inmesh.instrumentation.grpc;

import static io.inmesh.instrumentation.api.Advice.SECURING;

import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. The mesh's TLS below it is the affair of the module for Netty. */
public final class GrpcModule implements LibraryModule {
  private static final String ADVICE = "io.inmesh.instrumentation.grpc.ChannelAdvice";
  private static final String CHANNEL = "io/grpc/internal/ManagedChannelImpl";
  private static final String BALANCER =
      "io/grpc/internal/AutoConfiguredLoadBalancerFactory$AutoConfiguredLoadBalancer";

  @Override
  public String name() {
    return "grpc";
  }

  @Override
  public String library() {
    return "gRPC client";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("1.50", "1.86");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.ROUTE,
        Capability.HEAD,
        Capability.RETRY,
        Capability.REPLAY,
        Capability.LOCAL_REPLY,
        Capability.CLOSE_IDLE,
        Capability.H2,
        Capability.ASYNC);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        Hook.exit(
            SECURING,
            "io/grpc/internal/ManagedChannelImplBuilder",
            "getEffectiveInterceptors",
            "(",
            ADVICE,
            "interceptors"),
        Hook.exit(
            SECURING,
            CHANNEL,
            "<init>",
            "(Lio/grpc/internal/ManagedChannelImplBuilder;",
            ADVICE,
            "created"),
        Hook.enter(
            SECURING,
            CHANNEL + "$RealChannel",
            "newCall",
            "(Lio/grpc/MethodDescriptor;Lio/grpc/CallOptions;)",
            ADVICE,
            "call"),
        Hook.argument(
            1,
            SECURING,
            BALANCER,
            "<init>",
            "(Lio/grpc/internal/AutoConfiguredLoadBalancerFactory;Lio/grpc/LoadBalancer$Helper;)",
            ADVICE,
            "helper"),
        Hook.enter(SECURING, BALANCER, "shutdown", "()", ADVICE, "shutdown"));
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Constant(List.of("io/grpc/internal/GrpcUtil"), "");
  }
}
