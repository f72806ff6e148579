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

  private Transports() {}

  static TransportSecurity of(WireMessage cluster, Interner interner) {
    if (!cluster.has("transport_socket") && !cluster.has("transport_socket_matches")) {
      return TransportSecurity.PLAINTEXT;
    }
    List<TransportSecurity.Match> matches = new ArrayList<>();
    int index = 0;
    for (WireMessage match : cluster.messages("transport_socket_matches")) {
      String at = "transport_socket_matches[" + index++ + "].transport_socket";
      matches.add(
          new TransportSecurity.Match(
              interner.of(match.string("name")),
              Structs.texts(match.messageOrEmpty("match"), interner),
              socket(match.message("transport_socket"), interner, at)));
    }
    return new TransportSecurity(
        matches, socket(cluster.message("transport_socket"), interner, "transport_socket"));
  }

  private static TransportSocket socket(
      @Nullable WireMessage socket, Interner interner, String path) {
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
        ? tls(content, interner, path)
        : new TransportSocket.Unsupported(path);
  }

  private static TransportSocket tls(WireMessage tls, Interner interner, String path) {
    WireMessage common = tls.messageOrEmpty("common_tls_context");
    String certificate = "";
    for (WireMessage secret : common.messages("tls_certificate_sds_secret_configs")) {
      certificate = secret.string("name");
    }
    WireMessage combined = common.messageOrEmpty("combined_validation_context");
    WireMessage secret =
        common.has("validation_context_sds_secret_config")
            ? common.messageOrEmpty("validation_context_sds_secret_config")
            : combined.messageOrEmpty("validation_context_sds_secret_config");
    WireMessage validation =
        common.has("validation_context")
            ? common.messageOrEmpty("validation_context")
            : combined.messageOrEmpty("default_validation_context");
    List<String> alpn = new ArrayList<>();
    for (String protocol : common.strings("alpn_protocols")) {
      alpn.add(interner.of(protocol));
    }
    try {
      return new TransportSocket.Tls(
          certificate.equals("default") && secret.string("name").equals("ROOTCA"),
          interner.of(tls.string("sni")),
          tls.bool("auto_host_sni"),
          tls.bool("auto_sni_san_validation"),
          alpn,
          sans(validation),
          interner.of(certificate),
          interner.of(secret.string("name")));
    } catch (UnsupportedFeatureException e) {
      return new TransportSocket.Unsupported(path);
    }
  }

  private static List<TransportSocket.SanMatcher> sans(WireMessage validation) {
    List<TransportSocket.SanMatcher> out = new ArrayList<>();
    for (WireMessage san : validation.messages("match_typed_subject_alt_names")) {
      out.add(
          new TransportSocket.SanMatcher(
              san.enumName("san_type"), Matchers.string(san.messageOrEmpty("matcher"))));
    }
    for (WireMessage san : validation.messages("match_subject_alt_names")) {
      out.add(new TransportSocket.SanMatcher("", Matchers.string(san)));
    }
    return out;
  }
}
