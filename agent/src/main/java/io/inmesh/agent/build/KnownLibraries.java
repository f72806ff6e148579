package io.inmesh.agent.build;

import java.util.Map;

/**
 * Client and server libraries that no module covers yet, each by a class that an app using it
 * loads: {@code /coverage} names them instead of staying silent.
 */
final class KnownLibraries {
  static final Map<String, String> UNROUTED =
      Map.ofEntries(
          Map.entry("sun/net/www/protocol/http/HttpURLConnection", "HttpURLConnection"),
          Map.entry("org/apache/http/impl/client/InternalHttpClient", "Apache HttpClient 4"),
          Map.entry(
              "org/apache/hc/client5/http/impl/classic/InternalHttpClient", "Apache HttpClient 5"),
          Map.entry(
              "org/apache/hc/client5/http/impl/async/InternalHttpAsyncClient",
              "Apache HttpAsyncClient 5"),
          Map.entry("reactor/netty/http/client/HttpClientConnect", "Reactor Netty client"),
          Map.entry("io/vertx/core/http/impl/HttpClientImpl", "Vert.x client"),
          Map.entry("org/asynchttpclient/DefaultAsyncHttpClient", "AsyncHttpClient"),
          Map.entry("org/eclipse/jetty/client/HttpClient", "Jetty client"),
          Map.entry("org/apache/tomcat/util/net/Nio2Endpoint", "Tomcat's NIO2 connector (inbound)"),
          Map.entry("org/apache/tomcat/util/net/AprEndpoint", "Tomcat's APR connector (inbound)"),
          Map.entry("org/eclipse/jetty/server/Server", "Jetty (inbound)"),
          Map.entry("io/undertow/Undertow", "Undertow (inbound)"));

  private KnownLibraries() {}
}
