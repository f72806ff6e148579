package io.inmesh.instrumentation.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the handlers of a pipeline speak, in ALPN's words. Told by the names of their classes, since
 * an app need not have the codecs.
 */
final class Spoken {
  private static final String HTTP2 = "h2";
  private static final String HTTP1 = "http/1.1";

  private Spoken() {}

  /** In order of preference; empty where nothing of it is known. */
  static List<String> by(ChannelPipeline pipeline) {
    boolean http1 = false;
    boolean http2 = false;
    for (Map.Entry<String, ChannelHandler> entry : pipeline) {
      for (Class<?> type = entry.getValue().getClass();
          type != null && type != Object.class;
          type = type.getSuperclass()) {
        http1 |= isHttp1(type.getName());
        http2 |= isHttp2(type.getName());
      }
    }
    List<String> spoken = new ArrayList<>();
    if (http2) {
      spoken.add(HTTP2);
    }
    if (http1) {
      spoken.add(HTTP1);
    }
    return spoken;
  }

  private static boolean isHttp1(String type) {
    return type.endsWith(".http.HttpServerCodec")
        || type.endsWith(".http.HttpRequestDecoder")
        || type.endsWith(".http.HttpClientCodec")
        || type.endsWith(".http.HttpResponseDecoder");
  }

  /** gRPC's clients add their codec only when the channel is active, by handlers of their own. */
  private static boolean isHttp2(String type) {
    return type.endsWith(".http2.Http2ConnectionHandler")
        || type.endsWith(".http2.CleartextHttp2ServerUpgradeHandler")
        || (type.contains("io.grpc.netty.") && !type.contains(".io.netty."));
  }
}
