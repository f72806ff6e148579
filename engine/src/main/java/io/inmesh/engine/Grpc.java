package io.inmesh.engine;

import io.inmesh.engine.http.GrpcContentType;
import io.inmesh.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;

/** What Envoy knows of gRPC: the mapping of statuses and messages. */
final class Grpc {
  private Grpc() {}

  static boolean isGrpc(RequestHead head) {
    return GrpcContentType.isGrpc(head.header("content-type"));
  }

  static int statusOfHttp(int http) {
    return switch (http) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> 2;
    };
  }

  /** The HTTP status that a gRPC status stands for; 500 for one that is none. */
  static int httpOfStatus(String grpcStatus) {
    return switch (grpcStatus) {
      case "0" -> 200;
      case "1" -> 499;
      case "3", "9", "11" -> 400;
      case "4" -> 504;
      case "5" -> 404;
      case "6", "10" -> 409;
      case "7" -> 403;
      case "8" -> 429;
      case "12" -> 501;
      case "14" -> 503;
      case "16" -> 401;
      default -> 500;
    };
  }

  static String percentEncode(String message) {
    StringBuilder out = new StringBuilder();
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < 0x7f && b != '%') {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xf, 16)))
            .append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
      }
    }
    return out.toString();
  }
}
