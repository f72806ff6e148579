package io.inmesh.it.sidecar;

import io.inmesh.conformance.EnvoyBinary;
import io.inmesh.conformance.EnvoyProcess;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * A stock Envoy configured as Istio configures the sidecar of a workload: inbound it terminates
 * mutual TLS and asks for a certificate, outbound it originates it and checks whom it calls.
 */
final class Sidecar implements AutoCloseable {
  private final EnvoyProcess envoy;
  private final int port;

  private Sidecar(EnvoyProcess envoy, int port) {
    this.envoy = envoy;
    this.port = port;
  }

  /** Where it listens. */
  int port() {
    return port;
  }

  /**
   * The inbound side of a workload.
   *
   * @param app the port of the workload on this machine
   * @param http2 whether the workload speaks HTTP/2 in clear
   */
  static Sidecar inbound(TestCa ca, TestCa.Signed own, int app, boolean http2)
      throws IOException, InterruptedException {
    Path folder = files(ca, own);
    int port = EnvoyProcess.freePort();
    String listener =
        """
        - name: inbound
          traffic_direction: INBOUND
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains:
          - transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                require_client_certificate: true
                common_tls_context:
                  alpn_protocols: [h2, http/1.1]
                  tls_params: {tls_minimum_protocol_version: TLSv1_2, tls_maximum_protocol_version: TLSv1_3}
        %s
                  validation_context:
                    trusted_ca: {filename: %s/root.pem}
                    match_typed_subject_alt_names: [{san_type: URI, matcher: {prefix: "spiffe://cluster.local/"}}]
            filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: inbound
                server_name: istio-envoy
                forward_client_cert_details: APPEND_FORWARD
                set_current_client_cert_details: {subject: true, uri: true, dns: true}
                upgrade_configs: [{upgrade_type: websocket}]
                stream_idle_timeout: 0s
                http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
                route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, decorator: {operation: "app:8080/*"}, route: {cluster: app, timeout: 0s}}]}]}
        """
            .formatted(port, certificate(folder).indent(10).stripTrailing(), folder);
    String options =
        http2
            ? """
              typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: {http2_protocol_options: {}}
              """
            : "";
    String cluster = cluster("app", app, options);
    return start(folder, listener, cluster, port);
  }

  /**
   * The outbound side of a workload, towards one peer.
   *
   * @param peer the port of the peer on this machine
   * @param account whom the peer must be
   * @param protocol {@code http/1.1} or {@code h2}
   */
  static Sidecar outbound(
      TestCa ca, TestCa.Signed own, int peer, String service, String account, String protocol)
      throws IOException, InterruptedException {
    Path folder = files(ca, own);
    int port = EnvoyProcess.freePort();
    String listener =
        """
        - name: outbound
          traffic_direction: OUTBOUND
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: outbound
                upgrade_configs: [{upgrade_type: websocket}]
                stream_idle_timeout: 0s
                http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
                route_config: {virtual_hosts: [{name: all, domains: ["*"], include_request_attempt_count: true, routes: [{match: {prefix: /}, decorator: {operation: "%s:8080/*"}, route: {cluster: peer, timeout: 0s}}]}]}
        """
            .formatted(port, service);
    boolean http2 = protocol.equals("h2");
    String options =
        """
        transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
              sni: outbound_.8080_._.%s.test.svc.cluster.local
              common_tls_context:
                alpn_protocols: [%s, istio, %s]
        %s
                validation_context:
                  trusted_ca: {filename: %s/root.pem}
                  match_typed_subject_alt_names: [{san_type: URI, matcher: {exact: "spiffe://cluster.local/ns/test/sa/%s"}}]
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {%s: {}}
        """
            .formatted(
                service,
                http2 ? "istio-h2" : "istio-http/1.1",
                protocol,
                certificate(folder).indent(8).stripTrailing(),
                folder,
                account,
                http2 ? "http2_protocol_options" : "http_protocol_options");
    return start(folder, listener, cluster("peer", peer, options), port);
  }

  private static String certificate(Path folder) {
    return "tls_certificates: [{certificate_chain: {filename: %1$s/own.pem}, private_key: {filename: %1$s/key.pem}}]"
        .formatted(folder);
  }

  private static String cluster(String name, int port, String options) {
    return """
        - name: %1$s
          type: STATIC
          connect_timeout: 10s
          load_assignment: {cluster_name: %1$s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]}
        """
            .formatted(name, port)
        + (options.isEmpty() ? "" : "  " + options.stripTrailing() + "\n");
  }

  private static Sidecar start(Path folder, String listener, String cluster, int port)
      throws IOException, InterruptedException {
    String bootstrap =
        "static_resources:\n  listeners:\n"
            + listener.indent(2)
            + "  clusters:\n"
            + cluster.indent(2);
    Path binary = EnvoyBinary.install(Path.of("target"));
    return new Sidecar(EnvoyProcess.start(binary, bootstrap, folder, port), port);
  }

  private static Path files(TestCa ca, TestCa.Signed own) throws IOException {
    Path target = Files.createDirectories(Path.of("target", "sidecars").toAbsolutePath());
    Path folder = Files.createTempDirectory(target, "sidecar");
    try {
      Files.writeString(
          folder.resolve("root.pem"), Pem.write("CERTIFICATE", ca.root().getEncoded()));
      StringBuilder chain = new StringBuilder();
      for (X509Certificate certificate : own.chain()) {
        chain.append(Pem.write("CERTIFICATE", certificate.getEncoded()));
      }
      Files.writeString(folder.resolve("own.pem"), chain);
      Files.writeString(
          folder.resolve("key.pem"), Pem.write("PRIVATE KEY", own.key().getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IOException(e);
    }
    return folder;
  }

  @Override
  public void close() {
    envoy.close();
  }
}
