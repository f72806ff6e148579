package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.match.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Transport sockets of a cluster: which endpoints are called in clear and which need TLS. */
final class Transports {
  private static final String RAW = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
  private static final String TLS = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";

  private final WireMessage httpOptions;
  private final Interner interner;
  private final Containment containment;

  private Transports(WireMessage httpOptions, Interner interner, Containment containment) {
    this.httpOptions = httpOptions;
    this.interner = interner;
    this.containment = containment;
  }

  /**
   * @param httpOptions UpstreamHttpProtocolOptions: what of TLS goes by the name that is called
   * @param containment of the cluster; a socket that holds something refused becomes one that makes
   *     no connection
   */
  static TransportSecurity of(
      WireMessage cluster, WireMessage httpOptions, Interner interner, Containment containment) {
    if (!cluster.has("transport_socket") && !cluster.has("transport_socket_matches")) {
      return TransportSecurity.PLAINTEXT;
    }
    Transports decoder = new Transports(httpOptions, interner, containment);
    List<TransportSecurity.Match> matches = new ArrayList<>();
    int index = 0;
    for (WireMessage match : cluster.messages("transport_socket_matches")) {
      String at = "transport_socket_matches[" + index++ + "].transport_socket";
      matches.add(
          new TransportSecurity.Match(
              interner.of(match.string("name")),
              Structs.texts(match.messageOrEmpty("match"), interner),
              decoder.socket(match.message("transport_socket"), at)));
    }
    return new TransportSecurity(
        matches, decoder.socket(cluster.message("transport_socket"), "transport_socket"));
  }

  private TransportSocket socket(@Nullable WireMessage socket, String path) {
    String refused = containment.below(path);
    if (refused != null) {
      return new TransportSocket.Unsupported(refused);
    }
    WireMessage any = socket == null ? null : socket.message("typed_config");
    if (any == null) {
      // Without a configuration only the plain one can be meant.
      boolean raw =
          socket == null || socket.string("name").equals("envoy.transport_sockets.raw_buffer");
      return raw ? new TransportSocket.RawBuffer() : new TransportSocket.Unsupported(path);
    }
    WireMessage content = any.anyContent();
    if (any.anyType().equals(RAW)) {
      return new TransportSocket.RawBuffer();
    }
    return content != null && any.anyType().equals(TLS)
        ? tls(content, path)
        : new TransportSocket.Unsupported(path);
  }

  private TransportSocket.AutoNames names(WireMessage tls, String validationSecret) {
    boolean sentIsValidated = tls.bool("auto_sni_san_validation");
    if (sentIsValidated && validationSecret.isEmpty()) {
      throw new IllegalArgumentException(
          "'auto_sni_san_validation' was configured without configuring a trusted CA");
    }
    return new TransportSocket.AutoNames(
        httpOptions.bool("auto_sni"),
        httpOptions.bool("auto_san_validation"),
        tls.bool("auto_host_sni"),
        sentIsValidated);
  }

  private TransportSocket tls(WireMessage tls, String path) {
    try {
      TlsContexts common = new TlsContexts(tls, interner);
      return new TransportSocket.Tls(
          common.ofMesh(),
          interner.of(tls.string("sni")),
          names(tls, common.validationSecret()),
          common.alpn(),
          common.subjectAltNames(),
          common.certificateSecret(),
          common.validationSecret(),
          common.parameters());
    } catch (UnsupportedFeatureException e) {
      String what = containment.add(path, String.valueOf(e.getMessage()), "tlspart").toString();
      return new TransportSocket.Unsupported(what);
    }
  }
}
