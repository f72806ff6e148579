package io.inmesh.instrumentation.jdkhttpserver;

import static io.inmesh.instrumentation.api.Advice.OBSERVING;
import static io.inmesh.instrumentation.api.Advice.SECURING;

import io.inmesh.instrumentation.api.Advice;
import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the module. */
public final class JdkHttpServerModule implements LibraryModule {
  static final String NAME = "jdk-httpserver";

  private static final String PACKAGE = "sun/net/httpserver/";
  private static final String ADVICE = "io.inmesh.instrumentation.jdkhttpserver.";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String library() {
    return "com.sun.net.httpserver.HttpServer";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("17", "26");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.ACCEPT_TLS, Capability.ADMIT_L4, Capability.ADMIT_L7);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        enter(
            SECURING,
            "ServerImpl$Dispatcher",
            "handle",
            "(Ljava/nio/channels/SocketChannel;Lsun/net/httpserver/HttpConnection;)",
            "ConnectionAdvice",
            "handle"),
        enter(
            SECURING,
            "ServerImpl$Dispatcher",
            "handleEvent",
            "(Lsun/net/httpserver/Event;)",
            "ConnectionAdvice",
            "event"),
        enter(OBSERVING, "HttpConnection", "close", "()", "ConnectionAdvice", "closing"),
        exit(OBSERVING, "HttpConnection", "close", "()", "ConnectionAdvice", "closed"),
        enter(SECURING, "Request$ReadStream", "read", "([BII)", "StreamAdvice", "read"),
        enter(SECURING, "Request$ReadStream", "available", "()", "StreamAdvice", "available"),
        enter(SECURING, "Request$WriteStream", "write", "([BII)", "StreamAdvice", "write"),
        enter(
            SECURING, "SSLStreams$InputStream", "available", "()", "StreamAdvice", "ownAvailable"),
        exit(SECURING, "SSLStreams$EngineWrapper", "<init>", "(", "StreamAdvice", "ownTls"),
        exit(SECURING, "Request", "headers", "()", "RequestAdvice", "headers"),
        argument(
            1,
            "ContextList",
            "findContext",
            "(Ljava/lang/String;Ljava/lang/String;)",
            "RequestAdvice",
            "path"),
        enter(
            SECURING,
            "ContextList",
            "findContext",
            "(Ljava/lang/String;Ljava/lang/String;)",
            "RequestAdvice",
            "context"),
        argument(
            1,
            "ExchangeImpl",
            "<init>",
            "(Ljava/lang/String;Ljava/net/URI;",
            "RequestAdvice",
            "uri"),
        enter(
            OBSERVING,
            "ServerImpl$Exchange",
            "reject",
            "(ILjava/lang/String;Ljava/lang/String;)",
            "RequestAdvice",
            "reject"),
        enter(SECURING, "ExchangeImpl", "sendResponseHeaders", "(IJ)", "RequestAdvice", "respond"));
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Jdk();
  }

  private static Hook enter(
      Advice purpose, String type, String method, String descriptor, String advice, String name) {
    return Hook.enter(purpose, PACKAGE + type, method, descriptor, ADVICE + advice, name);
  }

  private static Hook exit(
      Advice purpose, String type, String method, String descriptor, String advice, String name) {
    return Hook.exit(purpose, PACKAGE + type, method, descriptor, ADVICE + advice, name);
  }

  private static Hook argument(
      int index, String type, String method, String descriptor, String advice, String name) {
    return Hook.argument(
        index, SECURING, PACKAGE + type, method, descriptor, ADVICE + advice, name);
  }
}
