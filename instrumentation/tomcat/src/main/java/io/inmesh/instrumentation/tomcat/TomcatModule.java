package io.inmesh.instrumentation.tomcat;

import static io.inmesh.instrumentation.api.Advice.OBSERVING;
import static io.inmesh.instrumentation.api.Advice.SECURING;

import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. */
public final class TomcatModule implements LibraryModule {
  static final String NAME = "tomcat";

  private static final String ADVICE = "io.inmesh.instrumentation.tomcat.";
  private static final String REQUEST = ADVICE + "RequestAdvice";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String library() {
    return "Tomcat";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("9.0.83", "11.1");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.ACCEPT_TLS,
        Capability.ADMIT_L4,
        Capability.ADMIT_L7,
        Capability.H2,
        Capability.ASYNC);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        Hook.enter(
            SECURING,
            "org/apache/tomcat/util/net/NioEndpoint",
            "setSocketOptions",
            "(Ljava/nio/channels/SocketChannel;)Z",
            ADVICE + "AcceptAdvice",
            "accepted"),
        Hook.enter(
            SECURING,
            "org/apache/tomcat/util/net/Nio2Endpoint",
            "setSocketOptions",
            "(Ljava/nio/channels/AsynchronousSocketChannel;)Z",
            ADVICE + "Nio2Advice",
            "accepted"),
        Hook.enter(
            SECURING,
            "org/apache/catalina/connector/CoyoteAdapter",
            "service",
            "(Lorg/apache/coyote/Request;Lorg/apache/coyote/Response;)V",
            REQUEST,
            "service"),
        response("org/apache/coyote/http11/Http11Processor"),
        response("org/apache/coyote/http2/StreamProcessor"),
        end("updateCounters", "served"),
        end("recycle", "recycled"));
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Properties(
        "org/apache/catalina/util/ServerInfo.properties", "server.number");
  }

  private static Hook response(String processor) {
    return Hook.enter(OBSERVING, processor, "prepareResponse", "()V", REQUEST, "responding");
  }

  private static Hook end(String method, String advice) {
    return Hook.enter(OBSERVING, "org/apache/coyote/Request", method, "()V", REQUEST, advice);
  }
}
