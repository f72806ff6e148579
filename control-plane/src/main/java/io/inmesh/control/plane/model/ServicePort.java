package io.inmesh.control.plane.model;

import java.util.Locale;

/**
 * A port of a service.
 *
 * @param number the port that clients call, 1 to 65535
 * @param targetPort the endpoint's port, 0 when it is {@code number}
 */
public record ServicePort(int number, String name, Protocol protocol, int targetPort) {

  /** Istio's protocols, reduced to how traffic of them is handled. */
  public enum Protocol {
    HTTP,
    HTTP2,
    GRPC,
    GRPC_WEB,
    HTTPS,
    TLS,
    TCP,
    MONGO,
    REDIS,
    MYSQL,
    UDP,
    /** Not declared: detected on the connection. */
    UNSUPPORTED;

    /** The protocol of a ServiceEntry port; unknown words mean detection, as in Istio. */
    public static Protocol parse(String text) {
      return switch (text.toUpperCase(Locale.ROOT)) {
        case "HTTP", "HTTP_PROXY" -> HTTP;
        case "HTTP2" -> HTTP2;
        case "GRPC" -> GRPC;
        case "GRPC-WEB" -> GRPC_WEB;
        case "HTTPS" -> HTTPS;
        case "TLS" -> TLS;
        case "TCP" -> TCP;
        case "MONGO" -> MONGO;
        case "REDIS" -> REDIS;
        case "MYSQL" -> MYSQL;
        case "UDP" -> UDP;
        default -> UNSUPPORTED;
      };
    }

    public boolean isHttp() {
      return this == HTTP || this == HTTP2 || this == GRPC || this == GRPC_WEB;
    }

    public boolean isHttp2() {
      return this == HTTP2 || this == GRPC || this == GRPC_WEB;
    }

    public boolean isSniffed() {
      return this == UNSUPPORTED;
    }

    public boolean isHttpOrSniffed() {
      return isHttp() || isSniffed();
    }

    /** TLS that passes through: routed by SNI. */
    public boolean isTls() {
      return this == TLS || this == HTTPS;
    }
  }
}
