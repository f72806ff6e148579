package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.inmesh.control.plane.generate.NodeConfig;
import io.inmesh.control.plane.generate.ResourceType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How callers encrypt: what the destination allows, and what a DestinationRule demands. */
class ClientTlsTest {
  private static final String CLUSTER = "outbound|80||cart.shop.svc.cluster.local";

  @TempDir Path folder = Path.of("");

  /** Two workloads of a service, of which one speaks mutual TLS. */
  private NodeConfig config(String more) {
    Shop.write(
        folder.resolve("cart.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: cart, namespace: shop}
        spec:
          hosts: [cart.shop.svc.cluster.local]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
          workloadSelector: {labels: {app: cart}}
          subjectAltNames: [spiffe://cluster.local/ns/shop/sa/older]
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: cart-a, namespace: shop}
        spec: {address: 127.0.0.1, labels: {app: cart, version: a}, serviceAccount: cart}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: cart-b, namespace: shop}
        spec: {address: 127.0.0.2, labels: {app: cart, version: b}}
        """);
    Shop.write(folder.resolve("more.yaml"), more);
    return Generated.config(folder, Generated.node("127.0.0.9", "client", Map.of()));
  }

  private static String peers(String selector, String mode, String ports) {
    return """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: cart, namespace: shop}
        spec: {%smtls: {mode: %s}%s}
        """
        .formatted(
            selector.isEmpty() ? "" : "selector: {matchLabels: " + selector + "}, ",
            mode,
            ports.isEmpty() ? "" : ", portLevelMtls: " + ports);
  }

  private static String rule(String policy) {
    return """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: cart, namespace: shop}
        spec: {host: cart, trafficPolicy: %s}
        """
        .formatted(policy);
  }

  /** The addresses of endpoints that callers are told to speak mutual TLS to. */
  private static List<String> marked(NodeConfig config) throws Exception {
    return Generated.body(config, ResourceType.EDS, CLUSTER, ClusterLoadAssignment.class)
        .getEndpointsList()
        .stream()
        .flatMap(locality -> locality.getLbEndpointsList().stream())
        .filter(e -> e.getMetadata().containsFilterMetadata("envoy.transport_socket_match"))
        .map(ClientTlsTest::address)
        .toList();
  }

  private static String address(LbEndpoint endpoint) {
    return endpoint.getEndpoint().getAddress().getSocketAddress().getAddress();
  }

  private static Cluster cluster(NodeConfig config) throws Exception {
    return Generated.body(config, ResourceType.CDS, CLUSTER, Cluster.class);
  }

  private static UpstreamTlsContext socket(NodeConfig config) throws Exception {
    return cluster(config).getTransportSocket().getTypedConfig().unpack(UpstreamTlsContext.class);
  }

  private static List<String> names(UpstreamTlsContext tls) {
    @SuppressWarnings("deprecation") // the field that Istio sends
    var names =
        tls.getCommonTlsContext()
            .getCombinedValidationContext()
            .getDefaultValidationContext()
            .getMatchSubjectAltNamesList();
    return names.stream().map(name -> name.getExact()).toList();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # selector      | mode       | ports                     | marked    | choice by endpoint
          ''              | STRICT     | ''                        | 127.0.0.1 | true
          ''              | PERMISSIVE | ''                        | 127.0.0.1 | true
          ''              | DISABLE    | ''                        | ''        | false
          {app: cart}     | DISABLE    | ''                        | ''        | true
          {app: cart}     | STRICT     | '{8080: {mode: DISABLE}}' | ''        | true
          {app: cart}     | STRICT     | '{80: {mode: DISABLE}}'   | 127.0.0.1 | true
          {app: cart}     | DISABLE    | '{8080: {mode: STRICT}}'  | 127.0.0.1 | true
          {version: b}    | DISABLE    | ''                        | 127.0.0.1 | true
          """)
  void callersFollowTheModeOfTheEndpointsPort(
      String selector, String mode, String ports, String marked, boolean byEndpoint)
      throws Exception {
    NodeConfig config = config(peers(selector, mode, ports));
    assertThat(String.join(" ", marked(config))).isEqualTo(marked);
    assertThat(cluster(config).getTransportSocketMatchesList())
        .extracting(match -> match.getName())
        .isEqualTo(byEndpoint ? List.of("tlsMode-istio", "tlsMode-disabled") : List.of());
  }

  @Test
  void aRuleOfIstioMutualGoesToEveryEndpoint() throws Exception {
    NodeConfig config = config(rule("{tls: {mode: ISTIO_MUTUAL}}"));
    assertThat(marked(config)).containsExactly("127.0.0.1", "127.0.0.2");
    assertThat(socket(config).getSni()).isEqualTo("outbound_.80_._.cart.shop.svc.cluster.local");
    assertThat(names(socket(config)))
        .containsExactly(
            "spiffe://cluster.local/ns/shop/sa/cart", "spiffe://cluster.local/ns/shop/sa/older");
    assertThat(socket(config).getCommonTlsContext().getTlsCertificateSdsSecretConfigs(0).getName())
        .isEqualTo("default");
  }

  @Test
  void aRuleMayNameSniAndIdentities() throws Exception {
    UpstreamTlsContext tls =
        socket(config(rule("{tls: {mode: ISTIO_MUTUAL, sni: a, subjectAltNames: [b]}}")));
    assertThat(tls.getSni()).isEqualTo("a");
    assertThat(names(tls)).containsExactly("b");
  }

  @Test
  void aRuleOfDisableCallsInClear() throws Exception {
    NodeConfig config = config(rule("{tls: {mode: DISABLE}}"));
    assertThat(marked(config)).isEmpty();
    assertThat(cluster(config).hasTransportSocket()).isFalse();
    assertThat(cluster(config).getTransportSocketMatchesList()).isEmpty();
  }

  @Test
  void aRuleForAPortCountsOnThatPortAlone() throws Exception {
    String own = "{portLevelSettings: [{port: {number: %d}, tls: {mode: DISABLE}}]}";
    assertThat(marked(config(rule(own.formatted(80))))).isEmpty();
    assertThat(marked(config(rule(own.formatted(81))))).containsExactly("127.0.0.1");
  }

  @Test
  void simpleAndMutualNameTheFilesOfTheirKeys() throws Exception {
    UpstreamTlsContext simple = socket(config(rule("{tls: {mode: SIMPLE}}")));
    assertThat(simple.getCommonTlsContext().getTlsCertificateSdsSecretConfigsList()).isEmpty();
    assertThat(root(simple)).isEqualTo("file-root:system");
    assertThat(names(simple)).hasSize(2);
    UpstreamTlsContext mutual =
        socket(
            config(
                rule(
                    "{tls: {mode: MUTUAL, clientCertificate: /c, privateKey: /k, caCertificates:"
                        + " /r, sni: s}}")));
    assertThat(mutual.getCommonTlsContext().getTlsCertificateSdsSecretConfigs(0).getName())
        .isEqualTo("file-cert:/c~/k");
    assertThat(root(mutual)).isEqualTo("file-root:/r");
    assertThat(mutual.getSni()).isEqualTo("s");
  }

  private static String root(UpstreamTlsContext tls) {
    return tls.getCommonTlsContext()
        .getCombinedValidationContext()
        .getValidationContextSdsSecretConfig()
        .getName();
  }
}
