package io.inmesh.it.sidecar;

import io.inmesh.conformance.EnvoyBinary;
import io.inmesh.conformance.EnvoyProcess;
import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A stock Envoy configured as Istio configures the sidecar of a workload: inbound it terminates
 * mutual TLS and asks for a certificate, outbound it originates it and checks whom it calls.
 */
final class Sidecar implements AutoCloseable {
  private final EnvoyProcess envoy;
  private final int port;
  private final int admin;
  private final SidecarSecrets secrets;

  /**
   * What else is asked of one.
   *
   * @param http2 whether HTTP/2 is spoken: inbound to the workload, outbound to the peer
   * @param requestsPerConnection after how many requests a connection of the mesh is closed
   * @param resumption whether TLS sessions are resumed
   * @param forwarding whether outbound it leaves the forwarded certificate of a request as it is
   */
  record Manner(boolean http2, int requestsPerConnection, boolean resumption, boolean forwarding) {
    static final Manner HTTP_1 = new Manner(false, 1_000_000, true, false);
    static final Manner HTTP_2 = new Manner(true, 1_000_000, true, false);

    Manner forwardingCertificates() {
      return new Manner(http2, requestsPerConnection, resumption, true);
    }
  }

  /**
   * What one shows and whom it accepts.
   *
   * @param shown its certificate, if it has any
   * @param root who must have signed for the other end
   * @param accepted StringMatcher of the URI of the other end
   */
  record Terms(Optional<TestCa.Signed> shown, X509Certificate root, String accepted) {
    static Terms of(TestCa ca, TestCa.Signed own, String accepted) {
      return new Terms(Optional.of(own), ca.root(), accepted);
    }

    /** Whoever is of this trust domain. */
    static String anyOf(String trustDomain) {
      return "{prefix: \"spiffe://%s/\"}".formatted(trustDomain);
    }

    /** This workload alone. */
    static String only(String trustDomain, String account) {
      return "{exact: \"spiffe://%s/ns/test/sa/%s\"}".formatted(trustDomain, account);
    }

    Terms showing(TestCa.Signed other) {
      return new Terms(Optional.of(other), root, accepted);
    }

    Terms showingNothing() {
      return new Terms(Optional.empty(), root, accepted);
    }

    Terms trusting(X509Certificate other) {
      return new Terms(shown, other, accepted);
    }

    Terms accepting(String other) {
      return new Terms(shown, root, other);
    }
  }

  private Sidecar(EnvoyProcess envoy, int port, int admin, SidecarSecrets secrets) {
    this.envoy = envoy;
    this.port = port;
    this.admin = admin;
    this.secrets = secrets;
  }

  /** Where it listens. */
  int port() {
    return port;
  }

  /** What it shows and whom it trusts. */
  SidecarSecrets secrets() {
    return secrets;
  }

  /** The sum of all counters and gauges of Envoy whose names end so. */
  long stat(String suffix) throws IOException {
    URI page = URI.create("http://127.0.0.1:" + admin + "/stats?usedonly");
    try (InputStream in = page.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(": "))
          .filter(stat -> stat.length == 2 && stat[0].endsWith(suffix))
          .mapToLong(stat -> Long.parseLong(stat[1]))
          .sum();
    }
  }

  /**
   * The inbound side of a workload.
   *
   * @param app the port of the workload on this machine
   */
  static Sidecar inbound(Terms terms, int app, Manner manner)
      throws IOException, InterruptedException {
    SidecarSecrets secrets = secrets(terms);
    String listener =
        """
        traffic_direction: INBOUND
        filter_chains:
        - transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              require_client_certificate: true
              disable_stateless_session_resumption: %1$s
              disable_stateful_session_resumption: %1$s
              common_tls_context:
                alpn_protocols: [h2, http/1.1]
                tls_params: {tls_minimum_protocol_version: TLSv1_2, tls_maximum_protocol_version: TLSv1_3}
                %2$s
                %3$s
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
              tracing: {random_sampling: {value: 1}}
              common_http_protocol_options: {max_requests_per_connection: %4$d}
              http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
              route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, decorator: {operation: "app:8080/*"}, route: {cluster: app, timeout: 0s}}]}]}
        """
            .formatted(
                !manner.resumption,
                secrets.shown(),
                secrets.trusted(terms.accepted),
                manner.requestsPerConnection);
    return start(secrets, listener, cluster(app, "", spoken(manner.http2, 1_000_000)));
  }

  /**
   * The outbound side of a workload, towards one peer.
   *
   * @param peer the port of the peer on this machine
   */
  static Sidecar outbound(Terms terms, int peer, String service, Manner manner)
      throws IOException, InterruptedException {
    SidecarSecrets secrets = secrets(terms);
    String listener =
        """
        traffic_direction: OUTBOUND
        filter_chains:
        - filters:
          - name: envoy.filters.network.http_connection_manager
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: outbound
              forward_client_cert_details: %s
              upgrade_configs: [{upgrade_type: websocket}]
              stream_idle_timeout: 0s
              tracing: {random_sampling: {value: 1}}
              http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
              route_config: {virtual_hosts: [{name: all, domains: ["*"], include_request_attempt_count: true, routes: [{match: {prefix: /}, decorator: {operation: "%s.test.svc.cluster.local:8080/*"}, route: {cluster: app, timeout: 0s}}]}]}
        """
            .formatted(manner.forwarding ? "ALWAYS_FORWARD_ONLY" : "SANITIZE", service);
    String tls =
        """
        transport_socket:
          name: envoy.transport_sockets.tls
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
            sni: outbound_.8080_._.%1$s.test.svc.cluster.local
            max_session_keys: %2$d
            common_tls_context:
              alpn_protocols: %3$s
              tls_params: {tls_minimum_protocol_version: TLSv1_2, tls_maximum_protocol_version: TLSv1_3}
              %4$s
              %5$s
        """
            .formatted(
                service,
                manner.resumption ? 1 : 0,
                manner.http2 ? "[istio-h2, istio, h2]" : "[istio-http/1.1, istio, http/1.1]",
                secrets.shown(),
                secrets.trusted(terms.accepted));
    return start(
        secrets, listener, cluster(peer, tls, spoken(manner.http2, manner.requestsPerConnection)));
  }

  private static String spoken(boolean http2, int requestsPerConnection) {
    return """
        typed_extension_protocol_options:
          envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
            "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
            common_http_protocol_options: {max_requests_per_connection: %d}
            explicit_http_config: {%s: {}}
        """
        .formatted(
            requestsPerConnection, http2 ? "http2_protocol_options" : "http_protocol_options");
  }

  private static String cluster(int port, String tls, String spoken) {
    return """
        name: app
        type: STATIC
        connect_timeout: 10s
        load_assignment: {cluster_name: app, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
        """
            .formatted(port)
        + tls
        + spoken;
  }

  private static Sidecar start(SidecarSecrets secrets, String listener, String cluster)
      throws IOException, InterruptedException {
    List<Integer> ports = EnvoyProcess.freePorts(2);
    String bootstrap =
        """
        node: {id: sidecar, cluster: sidecar}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        static_resources:
          listeners:
          - name: mesh
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
        %s
          clusters:
          -
        %s
        """
            .formatted(ports.get(1), ports.get(0), listener.indent(4), cluster.indent(4));
    Path binary = EnvoyBinary.install(Path.of("target"));
    return new Sidecar(
        EnvoyProcess.start(binary, bootstrap, secrets.folder(), ports.get(0)),
        ports.get(0),
        ports.get(1),
        secrets);
  }

  private static SidecarSecrets secrets(Terms terms) throws IOException {
    Path target = Files.createDirectories(Path.of("target", "sidecars").toAbsolutePath());
    return SidecarSecrets.in(Files.createTempDirectory(target, "sidecar"), terms);
  }

  @Override
  public void close() {
    envoy.close();
  }
}
