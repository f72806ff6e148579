package io.inmesh.instrumentation.netty;

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
public final class NettyModule implements LibraryModule {
  private static final String ADVICE = "io.inmesh.instrumentation.netty.";
  private static final String CHANNEL = "io/netty/channel/AbstractChannel";

  @Override
  public String name() {
    return "netty";
  }

  @Override
  public String library() {
    return "Netty";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("4.1.53", "4.3");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.CONNECT_TLS, Capability.ACCEPT_TLS, Capability.ADMIT_L4);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        Hook.enter(
            SECURING,
            "io/netty/channel/DefaultChannelPipeline$HeadContext",
            "connect",
            "(Lio/netty/channel/ChannelHandlerContext;Ljava/net/SocketAddress;"
                + "Ljava/net/SocketAddress;Lio/netty/channel/ChannelPromise;)V",
            ADVICE + "ConnectAdvice",
            "connect"),
        Hook.enter(
            OBSERVING,
            "io/netty/resolver/AbstractAddressResolver",
            "isResolved",
            "(Ljava/net/SocketAddress;)Z",
            ADVICE + "ResolverAdvice",
            "isResolved"),
        accepted("(Lio/netty/channel/Channel;)V"),
        accepted("(Lio/netty/channel/Channel;Lio/netty/channel/ChannelId;)V"));
  }

  /** A class of its own for each transport, and one constructor for all of them. */
  private static Hook accepted(String descriptor) {
    return Hook.exit(SECURING, CHANNEL, "<init>", descriptor, ADVICE + "AcceptAdvice", "accepted");
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Properties("META-INF/maven/io.netty/netty-transport/pom.properties");
  }

  @Override
  public List<String> helpers() {
    return List.of("io/netty/util/internal/");
  }

  @Override
  public List<Relocation> relocations() {
    return List.of(Relocation.of("io/netty/", "io/grpc/netty/shaded/io/netty/"));
  }
}
