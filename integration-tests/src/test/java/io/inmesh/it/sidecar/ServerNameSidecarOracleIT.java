package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.inmesh.agent.identity.DeliveredSecrets;
import io.inmesh.agent.identity.LabelledHosts;
import io.inmesh.agent.identity.MeshSecrets;
import io.inmesh.conformance.EnvoyBinary;
import io.inmesh.conformance.EnvoyProcess;
import io.inmesh.conformance.EnvoyTypes;
import io.inmesh.control.client.decode.ClusterDecoder;
import io.inmesh.control.client.decode.Interner;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.it.origination.OutsideHttps;
import io.inmesh.tls.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which server name is sent and whose certificate is taken, where a cluster leaves that to the
 * names of the call and of the host: handshakes of the agent and of a stock Envoy that have the
 * same cluster; {@code -Doracle}.
 */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
class ServerNameSidecarOracleIT {
  private static final String REFUSED = "refused";
  private static final String BY_CALL = "\"auto_sni\": true";
  private static final String BY_HOST = "\"auto_host_sni\": true,";
  private static final String CALL_NAMED = "\"auto_san_validation\": true";
  private static final String SENT_NAMED = "\"auto_sni_san_validation\": true,";
  private static final String NAMED =
      "\"match_typed_subject_alt_names\": [{\"san_type\": \"DNS\", \"matcher\": {\"exact\": \"san.example\"}}]";

  private final TestCa ca = TestCa.stranger();
  private final EnvoyTypes types = new EnvoyTypes();
  private final FieldTable table = FieldTable.load();
  private final LabelledHosts hosts =
      new LabelledHosts(
          new MeshSecrets(Optional::empty, new DeliveredSecrets(), System.err::println));

  /**
   * A cluster that sends {@code sent.example} unless it says otherwise, and one call to it.
   *
   * @param tls fields of the TLS context
   * @param http fields of the cluster's HTTP options
   * @param validation fields of the validation context
   * @param hostname of the host
   * @param authority of the call
   * @param shown name in the certificate of the host
   * @param outcome what both are to come to
   */
  private record Case(
      String tls,
      String http,
      String validation,
      String hostname,
      String authority,
      String shown,
      String outcome) {
    static Case of(String tls, String http, String shown, String outcome) {
      return new Case(tls, http, "", "host.example", "call.example:8080", shown, outcome);
    }

    Case naming(String validationContext) {
      return new Case(tls, http, validationContext, hostname, authority, shown, outcome);
    }

    Case withoutHostname() {
      return new Case(tls, http, validation, "", authority, shown, outcome);
    }

    Case calling(String other) {
      return new Case(tls, http, validation, hostname, other, shown, outcome);
    }

    private String cluster(int number, int port, Path roots, String source) {
      return """
          {"name": "c%1$d", "type": "STATIC", "connect_timeout": "5s",
           "load_assignment": {"cluster_name": "c%1$d", "endpoints": [{"lb_endpoints": [{"endpoint": {
             "hostname": "%2$s",
             "address": {"socket_address": {"address": "127.0.0.1", "port_value": %3$d}}}}]}]},
           "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {
             "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
             "sni": "sent.example", %4$s
             "common_tls_context": {"combined_validation_context": {
               "default_validation_context": {%5$s},
               "validation_context_sds_secret_config": {"name": "file-root:%6$s", "sds_config": %7$s}}}}},
           "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
             "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
             "upstream_http_protocol_options": {%8$s},
             "explicit_http_config": {"http_protocol_options": {}}}}}
          """
          .formatted(number, hostname, port, tls, validation, roots, source, http);
    }
  }

  private static final List<Case> CASES =
      List.of(
          Case.of("", "", "any.example", "for [sent.example] from []"),
          Case.of("", BY_CALL, "any.example", "for [call.example] from []"),
          Case.of("", BY_CALL, "any.example", "for [sent.example] from []").calling("10.0.0.1:80"),
          Case.of(BY_HOST, "", "any.example", "for [host.example] from []"),
          Case.of(BY_HOST, "", "any.example", "for [sent.example] from []").withoutHostname(),
          Case.of(BY_HOST, BY_CALL, "any.example", "for [call.example] from []"),
          Case.of(BY_HOST, BY_CALL, "any.example", "for [host.example] from []")
              .calling("10.0.0.1:80"),
          Case.of("", CALL_NAMED, "call.example", "for [sent.example] from []"),
          Case.of("", CALL_NAMED, "sent.example", REFUSED),
          Case.of("", CALL_NAMED, "call.example", REFUSED).naming(NAMED),
          Case.of("", CALL_NAMED, "any.example", REFUSED).calling("10.0.0.1:80"),
          Case.of(SENT_NAMED, "", "sent.example", "for [sent.example] from []"),
          Case.of(SENT_NAMED, "", "call.example", REFUSED),
          Case.of(SENT_NAMED, "", "sent.example", "for [sent.example] from []").naming(NAMED),
          Case.of(SENT_NAMED, "", "san.example", REFUSED).naming(NAMED),
          Case.of(BY_HOST + SENT_NAMED, "", "host.example", "for [host.example] from []"),
          Case.of(SENT_NAMED, BY_CALL, "call.example", "for [call.example] from []"),
          Case.of("", "", "san.example", "for [sent.example] from []").naming(NAMED),
          Case.of("", "", "sent.example", REFUSED).naming(NAMED));

  @Test
  void bothSendTheSameNameAndTakeTheSameCertificate(@TempDir Path folder) throws Exception {
    Path roots = folder.resolve("roots.pem");
    ca.writeRoot(roots);
    List<OutsideHttps> servers = new ArrayList<>();
    try {
      for (Case each : CASES) {
        Instant now = Instant.now();
        TestCa.Signed shown = ca.sign(now.minusSeconds(60), now.plusSeconds(3600), each.shown);
        servers.add(new OutsideHttps(shown, Optional.empty()));
      }
      List<String> expected = CASES.stream().map(Case::outcome).toList();
      assertThat(ofEnvoy(servers, folder, roots)).as("Envoy").isEqualTo(expected);
      assertThat(ofAgent(servers, roots)).as("agent").isEqualTo(expected);
    } finally {
      servers.forEach(OutsideHttps::close);
    }
  }

  private List<String> ofEnvoy(List<OutsideHttps> servers, Path folder, Path roots)
      throws IOException, InterruptedException {
    Path secret =
        Files.writeString(
            folder.resolve("roots.json"),
            """
            {"resources": [{
              "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
              "name": "file-root:%1$s", "validation_context": {"trusted_ca": {"filename": "%1$s"}}}]}
            """
                .formatted(roots));
    String source =
        "{\"resource_api_version\": \"V3\", \"path_config_source\": {\"path\": \"%s\"}}"
            .formatted(secret);
    StringBuilder routes = new StringBuilder();
    StringBuilder clusters = new StringBuilder();
    for (int i = 0; i < CASES.size(); i++) {
      routes.append("{match: {path: /%1$d}, route: {cluster: c%1$d}},".formatted(i));
      clusters.append(CASES.get(i).cluster(i, servers.get(i).port(), roots, source)).append(',');
    }
    int port = EnvoyProcess.freePort();
    String bootstrap =
        """
        node: {id: sidecar, cluster: sidecar}
        static_resources:
          listeners:
          - name: all
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: all
                  http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
                  route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [%s]}]}
          clusters: [%s]
        """
            .formatted(port, routes, clusters.toString().replace("\n", " "));
    List<String> outcomes = new ArrayList<>();
    Path binary = EnvoyBinary.install(Path.of("target"));
    try (EnvoyProcess envoy = EnvoyProcess.start(binary, bootstrap, folder, port)) {
      for (int i = 0; i < CASES.size(); i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          outcomes.add(answer(socket, "/" + i, CASES.get(i).authority));
        }
      }
    }
    return outcomes;
  }

  private List<String> ofAgent(List<OutsideHttps> servers, Path roots) throws IOException {
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < CASES.size(); i++) {
      Case each = CASES.get(i);
      int port = servers.get(i).port();
      Host host = host(each.cluster(i, port, roots, "{\"ads\": {}}"));
      outcomes.add(called(hosts.of(host, each.authority), port, each.authority));
    }
    return outcomes;
  }

  private Host host(String json) {
    Cluster cluster = types.read(JsonParser.parseString(json), Cluster.newBuilder()).build();
    ClusterDecoder decoder = new ClusterDecoder(table, new Interner());
    return ClusterState.create(decoder.decode(cluster.getName(), wire(cluster)).value(), 0)
        .hosts()
        .get(0);
  }

  private WireMessage wire(Message message) {
    return WireMessage.parse(
        table.message(message.getDescriptorForType().getFullName()), message.toByteArray());
  }

  private static String called(LabelledHost to, int port, String authority) throws IOException {
    ClientTls tls = to.tls().orElseThrow();
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    try (SSLSocket socket =
        (SSLSocket) tls.context().getSocketFactory().createSocket(plain, to.label(), port, true)) {
      tls.prepare(socket, List.of());
      socket.startHandshake();
      return answer(socket, "/", authority);
    } catch (SSLException e) {
      return REFUSED;
    }
  }

  /** The body of a 200, or that nobody served. */
  private static String answer(Socket socket, String path, String authority) throws IOException {
    String request = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
    socket
        .getOutputStream()
        .write(request.formatted(path, authority).getBytes(StandardCharsets.US_ASCII));
    String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return answer.startsWith("HTTP/1.1 200")
        ? answer.substring(answer.indexOf("\r\n\r\n") + 4)
        : REFUSED;
  }
}
