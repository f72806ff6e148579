package io.inmesh.instrumentation.nettyhttp;

import io.inmesh.instrumentation.api.Advice;
import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. */
public final class NettyHttpModule implements LibraryModule {
  static final String NAME = "netty-http";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String library() {
    return "Netty HTTP/1.1 server";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("4.1.53", "4.3");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ADMIT_L7);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        Hook.exit(
            Advice.SECURING,
            "io/netty/channel/DefaultChannelPipeline",
            "callHandlerAdded0",
            "(Lio/netty/channel/AbstractChannelHandlerContext;)V",
            "io.inmesh.instrumentation.nettyhttp.PipelineAdvice",
            "added"));
  }

  @Override
  public String marker() {
    return "io/netty/handler/codec/http/HttpRequestDecoder";
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Properties("META-INF/maven/io.netty/netty-codec-http/pom.properties");
  }
}
