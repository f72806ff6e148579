package io.inmesh.instrumentation.grpcserver;

import static io.inmesh.instrumentation.api.Advice.OBSERVING;
import static io.inmesh.instrumentation.api.Advice.SECURING;

import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.Relocation;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. */
public final class GrpcServerModule implements LibraryModule {
  static final String NAME = "grpc-server";

  private static final String ADVICE = "io.inmesh.instrumentation.grpcserver.";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String library() {
    return "gRPC server";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("1.50", "1.86");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ADMIT_L7, Capability.H2);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        // Where it fails, its connections do not count as asked about: policy closes them.
        Hook.argument(
            0,
            OBSERVING,
            "io/grpc/netty/NettyServerBuilder",
            "buildTransportServers",
            "(Ljava/util/List;",
            ADVICE + "ServerAdvice",
            "building"),
        Hook.argument(
            0,
            SECURING,
            "io/grpc/netty/NettyServerHandler",
            "handleProtocolNegotiationCompleted",
            "(Lio/grpc/Attributes;",
            ADVICE + "TransportAdvice",
            "attributes"));
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Constant(List.of("io/grpc/internal/GrpcUtil"), "");
  }

  @Override
  public List<Relocation> relocations() {
    return List.of(
        Relocation.of(
            "io/grpc/netty/",
            "io/grpc/netty/shaded/io/grpc/netty/",
            "io/netty/",
            "io/grpc/netty/shaded/io/netty/"));
  }
}
