package io.inmesh.it.sidecar;

import io.grpc.MethodDescriptor.MethodType;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.grpc.GrpcApp;
import io.inmesh.it.server.GrpcServer;
import io.inmesh.it.server.TomcatServer;
import java.nio.charset.StandardCharsets;

/** What is spoken between an app and a sidecar. */
enum Spoken {
  HTTP_1,
  HTTP_2,
  GRPC;

  Sidecar.Manner manner() {
    return this == HTTP_1 ? Sidecar.Manner.HTTP_1 : Sidecar.Manner.HTTP_2;
  }

  /** Of a service's port, as Istio has it. */
  String protocol() {
    return switch (this) {
      case HTTP_1 -> "HTTP";
      case HTTP_2 -> "HTTP2";
      case GRPC -> "GRPC";
    };
  }

  /** A client that speaks so. */
  Class<? extends LibraryClient> client() {
    return this == GRPC ? GrpcApp.class : JdkClient.class;
  }

  /** One in this process, which has no agent. */
  LibraryClient bareClient() {
    return this == GRPC ? new GrpcApp() : new JdkClient();
  }

  /** A server that speaks so. */
  Class<? extends LibraryServer> server() {
    return this == GRPC ? GrpcServer.class : TomcatServer.class;
  }

  /** Sends text, which is what the app answers. */
  ClientCall echo(String host, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    return switch (this) {
      case HTTP_1 -> ClientCall.post("http://" + host + "/echo", body);
      case HTTP_2 -> HTTP_1.echo(host, text).over(ClientCall.Protocol.HTTP_2);
      case GRPC ->
          GrpcApp.call(MethodType.BIDI_STREAMING, "http://" + host + "/a.Service/Echo", text);
    };
  }

  /** Asks how many calls the app has seen, of those that are not this one. */
  ClientCall seen(String host) {
    return switch (this) {
      case HTTP_1 -> ClientCall.get("http://" + host + "/seen");
      case HTTP_2 -> HTTP_1.seen(host).over(ClientCall.Protocol.HTTP_2);
      case GRPC -> GrpcApp.call(MethodType.UNARY, "http://" + host + "/a.Service/Seen", "");
    };
  }

  /** Asks for a line for each header that the app sees. */
  ClientCall headers(String host) {
    return switch (this) {
      case HTTP_1 -> ClientCall.get("http://" + host + "/headers");
      case HTTP_2 -> HTTP_1.headers(host).over(ClientCall.Protocol.HTTP_2);
      case GRPC -> GrpcApp.call(MethodType.UNARY, "http://" + host + "/a.Service/Headers", "");
    };
  }
}
