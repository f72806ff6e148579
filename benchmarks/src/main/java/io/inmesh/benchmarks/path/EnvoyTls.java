package io.inmesh.benchmarks.path;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a sidecar speaks mutual TLS, set up as Istio does it; each side is a transport socket, or
 * empty for plaintext.
 *
 * @param forwarding what the connection manager tells the app about its caller
 */
record EnvoyTls(
    Map<String, Object> downstream, Map<String, Object> upstream, Map<String, Object> forwarding) {
  static final EnvoyTls NONE = new EnvoyTls(Map.of(), Map.of(), Map.of());

  private static final String TYPES =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.";

  /** The server's sidecar: whoever calls must show a certificate of the mesh. */
  static EnvoyTls terminating(Keys keys) {
    Map<String, Object> common =
        common(keys, "server", List.of("h2", "http/1.1"), Map.of("prefix", Keys.MESH));
    return new EnvoyTls(
        socket(
            Map.of(
                "@type",
                TYPES + "DownstreamTlsContext",
                "require_client_certificate",
                true,
                "common_tls_context",
                common)),
        Map.of(),
        Map.of(
            "forward_client_cert_details",
            "APPEND_FORWARD",
            "set_current_client_cert_details",
            Map.of("subject", true, "uri", true, "dns", true)));
  }

  /** The client's sidecar: the peer must be the server's workload. */
  static EnvoyTls originating(Keys keys) {
    Map<String, Object> common =
        common(
            keys,
            "client",
            List.of("istio-http/1.1", "istio", "http/1.1"),
            Map.of("exact", Keys.id("server")));
    return new EnvoyTls(
        Map.of(),
        socket(
            Map.of(
                "@type",
                TYPES + "UpstreamTlsContext",
                "sni",
                "outbound_.8080_._." + Services.host("target"),
                "common_tls_context",
                common)),
        Map.of());
  }

  private static Map<String, Object> common(
      Keys keys, String owner, List<String> alpn, Map<String, Object> peer) {
    return Map.of(
        "alpn_protocols",
        alpn,
        "tls_params",
        Map.of(
            "tls_minimum_protocol_version", "TLSv1_2", "tls_maximum_protocol_version", "TLSv1_3"),
        "tls_certificates",
        List.of(
            Map.of(
                "certificate_chain",
                file(keys.chain(owner)),
                "private_key",
                file(keys.key(owner)))),
        "validation_context",
        Map.of(
            "trusted_ca",
            file(keys.root()),
            "match_typed_subject_alt_names",
            List.of(Map.of("san_type", "URI", "matcher", peer))));
  }

  private static Map<String, Object> file(Path path) {
    return Map.of("filename", path.toString());
  }

  private static Map<String, Object> socket(Map<String, Object> context) {
    return Map.of(
        "transport_socket", Map.of("name", "envoy.transport_sockets.tls", "typed_config", context));
  }

  /** A filter chain, a connection manager or a cluster with what belongs to it. */
  static Object with(Map<String, Object> side, Map<String, Object> holder) {
    Map<String, Object> all = new HashMap<>(holder);
    all.putAll(side);
    return all;
  }
}
