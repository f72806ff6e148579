package io.inmesh.cli.scan;

import java.util.Locale;

/** A client or server library that does HTTP, gRPC or sockets for an app. */
public enum KnownLibrary {
  JDK_HTTP_CLIENT(
      "java.net.http.HttpClient",
      Side.CLIENT,
      "",
      "java/net/http/HttpClient",
      "jdk-httpclient",
      ""),
  OKHTTP("OkHttp", Side.CLIENT, "okhttp3/OkHttpClient", "", "okhttp", ""),
  HTTP_URL_CONNECTION(
      "java.net.HttpURLConnection", Side.CLIENT, "", "java/net/HttpURLConnection", "", ""),
  JDK_HTTP_SERVER(
      "com.sun.net.httpserver",
      Side.SERVER,
      "",
      "com/sun/net/httpserver/HttpServer",
      "",
      "jdk-httpserver"),
  APACHE_HTTP_CLIENT_4(
      "Apache HttpClient 4", Side.CLIENT, "org/apache/http/impl/client/HttpClients", "", "", ""),
  APACHE_HTTP_CLIENT_5(
      "Apache HttpClient 5",
      Side.CLIENT,
      "org/apache/hc/client5/http/impl/classic/HttpClients",
      "",
      "",
      ""),
  ASYNC_HTTP_CLIENT(
      "AsyncHttpClient", Side.CLIENT, "org/asynchttpclient/AsyncHttpClient", "", "", ""),
  JETTY_CLIENT("Jetty client", Side.CLIENT, "org/eclipse/jetty/client/HttpClient", "", "", ""),
  REACTOR_NETTY(
      "Reactor Netty", Side.BOTH, "reactor/netty/http/client/HttpClient", "", "", "netty-http"),
  NETTY("Netty", Side.BOTH, "io/netty/channel/nio/NioEventLoop", "", "", "netty-http"),
  GRPC("gRPC", Side.BOTH, "io/grpc/ManagedChannel", "", "grpc", "grpc-server"),
  VERTX("Vert.x", Side.BOTH, "io/vertx/core/Vertx", "", "", ""),
  TOMCAT("Tomcat", Side.SERVER, "org/apache/catalina/startup/Tomcat", "", "", "tomcat"),
  JETTY("Jetty server", Side.SERVER, "org/eclipse/jetty/server/Server", "", "", ""),
  UNDERTOW("Undertow", Side.SERVER, "io/undertow/Undertow", "", "", "");

  /** Who opens the connection. */
  public enum Side {
    CLIENT,
    SERVER,
    BOTH;

    /** For output. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String title;
  private final Side side;
  private final String marker;
  private final String reference;
  private final String clientModule;
  private final String serverModule;

  /**
   * Describes a library.
   *
   * @param marker a class that only this library holds; empty for a part of the JDK
   * @param reference a class of the JDK whose use means the library; else empty
   * @param clientModule the module that routes its calls; empty for none
   * @param serverModule the module that sees to what it accepts; empty for none
   */
  KnownLibrary(
      String title,
      Side side,
      String marker,
      String reference,
      String clientModule,
      String serverModule) {
    this.title = title;
    this.side = side;
    this.marker = marker;
    this.reference = reference;
    this.clientModule = clientModule;
    this.serverModule = serverModule;
  }

  /** The name people use. */
  public String title() {
    return title;
  }

  /** Who opens the connection. */
  public Side side() {
    return side;
  }

  String marker() {
    return marker;
  }

  String reference() {
    return reference;
  }

  /** Whether calls of this version are routed. */
  boolean isRoutedAsClient(String version, CoveredVersions covered) {
    return covered.cover(clientModule, version);
  }

  /** Whether what this version accepts is seen to. */
  boolean isRoutedAsServer(String version, CoveredVersions covered) {
    // It stands on Netty, whose version its own does not tell.
    return covered.cover(serverModule, this == REACTOR_NETTY ? "" : version);
  }
}
