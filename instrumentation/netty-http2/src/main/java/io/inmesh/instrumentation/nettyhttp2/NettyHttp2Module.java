package io.inmesh.instrumentation.nettyhttp2;

import static io.inmesh.instrumentation.api.Advice.SECURING;

import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. */
public final class NettyHttp2Module implements LibraryModule {
  static final String NAME = "netty-http2";

  private static final String HANDLER = "io/netty/handler/codec/http2/Http2ConnectionHandler";
  private static final String ADVICE = "io.inmesh.instrumentation.nettyhttp2.";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String library() {
    return "Netty HTTP/2 server";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("4.1.53", "4.3");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ADMIT_L7, Capability.H2);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        Hook.exit(
            SECURING,
            HANDLER,
            "handlerAdded",
            "(Lio/netty/channel/ChannelHandlerContext;)V",
            ADVICE + "HandlerAdvice",
            "added"),
        Hook.enter(
            SECURING,
            HANDLER,
            "decode",
            "(Lio/netty/channel/ChannelHandlerContext;",
            ADVICE + "HandlerAdvice",
            "decoding"),
        // Both of the name, of which one may call the other.
        Hook.argument(
            2,
            SECURING,
            "io/netty/handler/codec/http2/DefaultHttp2ConnectionEncoder",
            "writeHeaders",
            "(Lio/netty/channel/ChannelHandlerContext;ILio/netty/handler/codec/http2/Http2Headers;",
            ADVICE + "EncoderAdvice",
            "headers"));
  }

  @Override
  public String marker() {
    return HANDLER;
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Properties("META-INF/maven/io.netty/netty-codec-http2/pom.properties");
  }
}
