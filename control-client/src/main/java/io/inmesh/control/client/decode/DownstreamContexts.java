package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.engine.match.UnsupportedFeatureException;
import java.util.Optional;

/** The TLS that a filter chain terminates. */
final class DownstreamContexts {
  private static final String RAW = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
  private static final String TLS =
      "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

  private DownstreamContexts() {}

  /**
   * @return empty for a chain in clear
   * @throws UnsupportedFeatureException for what is not spoken: the chain then refuses
   */
  static Optional<DownstreamTls> of(WireMessage chain, Interner interner) {
    WireMessage socket = chain.message("transport_socket");
    if (socket == null) {
      return Optional.empty();
    }
    WireMessage any = socket.message("typed_config");
    String type = any == null ? socket.string("name") : any.anyType();
    if (type.equals(RAW) || type.equals("envoy.transport_sockets.raw_buffer")) {
      return Optional.empty();
    }
    WireMessage content = any == null ? null : any.anyContent();
    if (content == null || !type.equals(TLS)) {
      throw new UnsupportedFeatureException("transport socket " + type);
    }
    TlsContexts common = new TlsContexts(content, interner);
    return Optional.of(
        new DownstreamTls(
            common.ofMesh(),
            content.wrappedBool("require_client_certificate", false),
            common.alpn(),
            common.subjectAltNames(),
            common.certificateSecret(),
            common.validationSecret(),
            common.parameters()));
  }
}
