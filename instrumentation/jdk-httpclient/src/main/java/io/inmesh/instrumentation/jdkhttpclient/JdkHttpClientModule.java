package io.inmesh.instrumentation.jdkhttpclient;

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
public final class JdkHttpClientModule implements LibraryModule {
  private static final String PACKAGE = "jdk/internal/net/http/";
  private static final String ADVICE = "io.inmesh.instrumentation.jdkhttpclient.";

  @Override
  public String name() {
    return "jdk-httpclient";
  }

  @Override
  public String library() {
    return "java.net.http.HttpClient";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("17", "26");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.ROUTE,
        Capability.HEAD,
        Capability.RETRY,
        Capability.REPLAY,
        Capability.HEDGE,
        Capability.LOCAL_REPLY,
        Capability.CLOSE_IDLE,
        Capability.H2,
        Capability.ASYNC,
        Capability.CONNECT_TLS);
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        enter(SECURING, "Exchange", "responseAsync", "()", "HopAdvice", "responseAsync"),
        enter(SECURING, "Exchange", "ignoreBody", "()", "HopAdvice", "ignoreBody"),
        enter(OBSERVING, "Exchange", "cancel", "(Ljava/io/IOException;)", "HopAdvice", "cancel"),
        enter(
            SECURING,
            "Exchange",
            "readBodyAsync",
            "(Ljava/net/http/HttpResponse$BodyHandler;)",
            "BodyAdvice",
            "readLocalReply"),
        Hook.argument(
            0,
            OBSERVING,
            PACKAGE + "Exchange",
            "readBodyAsync",
            "(Ljava/net/http/HttpResponse$BodyHandler;)",
            ADVICE + "BodyAdvice",
            "observe"),
        enter(OBSERVING, "Exchange", "nullBody", "(", "BodyAdvice", "noBody"),
        exit(OBSERVING, "ImmutableHttpRequest", "bodyPublisher", "()", "RequestBodyAdvice", "body"),
        enter(SECURING, "HttpRequestImpl", "getAddress", "()", "ConnectAdvice", "address"),
        exit(SECURING, "HttpRequestImpl", "proxy", "()", "ConnectAdvice", "proxy"),
        exit(
            SECURING,
            "PlainHttpConnection",
            "connectAsync",
            "(Ljdk/internal/net/http/Exchange;)",
            "ConnectAdvice",
            "connecting"),
        exit(
            SECURING,
            "AsyncSSLConnection",
            "connectAsync",
            "(Ljdk/internal/net/http/Exchange;)",
            "ConnectAdvice",
            "securing"),
        enter(OBSERVING, "PlainHttpConnection", "finishConnect", "()", "PoolAdvice", "inClear"),
        enter(OBSERVING, "AsyncSSLConnection", "finishConnect", "()", "PoolAdvice", "secured"),
        enter(
            OBSERVING,
            "Http2ClientImpl",
            "offerConnection",
            "(Ljdk/internal/net/http/Http2Connection;)",
            "PoolAdvice",
            "shared"),
        exit(
            OBSERVING,
            "Http2Connection",
            "registerNewStream",
            "(Ljdk/internal/net/http/frame/OutgoingHeaders;)",
            "StreamAdvice",
            "registered"),
        exit(SECURING, "HttpRequestImpl", "secure", "()", "TlsAdvice", "secure"),
        exit(
            SECURING,
            "common/Utils",
            "getServerName",
            "(Ljava/net/InetSocketAddress;)",
            "TlsAdvice",
            "serverName"),
        enter(
            SECURING,
            "AbstractAsyncSSLConnection",
            "createEngine",
            "(Ljavax/net/ssl/SSLContext;Ljava/lang/String;ILjavax/net/ssl/SSLParameters;)",
            "TlsAdvice",
            "engine"),
        exit(OBSERVING, "HttpResponseImpl", "sslSession", "()", "TlsAdvice", "session"),
        exit(SECURING, "Http1Request", "requestURI", "()", "HeadAdvice", "requestUri"),
        exit(SECURING, "Http1Request", "hostString", "()", "HeadAdvice", "host"),
        enter(
            SECURING,
            "Http1Request",
            "collectHeaders0",
            "(Ljava/lang/StringBuilder;)",
            "HeadAdvice",
            "userHeaders"),
        Hook.argument(
            2,
            OBSERVING,
            PACKAGE + "Http1Request",
            "collectHeaders1",
            "(Ljava/lang/StringBuilder;Ljava/net/http/HttpHeaders;Ljava/util/function/BiPredicate;)",
            ADVICE + "PeerAdvice",
            "sent"),
        exit(
            SECURING,
            "Stream",
            "createPseudoHeaders",
            "(Ljava/net/http/HttpRequest;)",
            "HeadAdvice",
            "pseudoHeaders"),
        Hook.argument(
            1,
            SECURING,
            PACKAGE + "frame/OutgoingHeaders",
            "<init>",
            "(Ljava/net/http/HttpHeaders;Ljava/net/http/HttpHeaders;Ljava/lang/Object;)",
            ADVICE + "HeadAdvice",
            "streamHeaders"));
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
}
