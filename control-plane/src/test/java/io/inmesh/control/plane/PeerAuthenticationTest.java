package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.inmesh.control.plane.model.PeerAuthentication.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which mutual TLS mode is in force where, and the inbound chains that follow from it. */
class PeerAuthenticationTest {
  private static final Pattern POLICY = Pattern.compile("(\\w+)/(\\w+)(@\\d+)? (\\w+)( \\{.*})?");

  @TempDir Path folder = Path.of("");

  /** {@code NAMESPACE/NAME@YEAR MODE PORTS} each; {@code app...} select the workload's label. */
  private void policies(String all) {
    StringBuilder yaml = new StringBuilder();
    for (String one : all.isEmpty() ? new String[0] : all.split(" *; *", -1)) {
      Matcher policy = POLICY.matcher(one);
      assertThat(policy.matches()).as(one).isTrue();
      String created = policy.group(3);
      yaml.append(
          """
          apiVersion: security.istio.io/v1
          kind: PeerAuthentication
          metadata: {name: %s, namespace: %s%s}
          spec: {mtls: {mode: %s}%s%s}
          ---
          """
              .formatted(
                  policy.group(2),
                  policy.group(1),
                  created == null
                      ? ""
                      : ", creationTimestamp: \"" + created.substring(1) + "-01-01T00:00:00Z\"",
                  policy.group(4),
                  policy.group(2).startsWith("app") ? ", selector: {matchLabels: {app: cart}}" : "",
                  policy.group(5) == null ? "" : ", portLevelMtls:" + policy.group(5)));
    }
    Shop.write(folder.resolve("policies.yaml"), yaml.toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # policies                                              | mode on 8080 | on 9090
          ''                                                      | PERMISSIVE | PERMISSIVE
          root/mesh STRICT                                        | STRICT     | STRICT
          root/mesh UNSET                                         | PERMISSIVE | PERMISSIVE
          other/ns STRICT                                         | PERMISSIVE | PERMISSIVE
          root/mesh STRICT; shop/ns DISABLE                       | DISABLE    | DISABLE
          root/mesh STRICT; shop/ns UNSET                         | STRICT     | STRICT
          shop/ns STRICT; shop/app PERMISSIVE                     | PERMISSIVE | PERMISSIVE
          shop/ns STRICT; shop/app UNSET                          | STRICT     | STRICT
          shop/app UNSET {8080: {mode: STRICT}}                   | STRICT     | PERMISSIVE
          shop/ns STRICT; shop/app UNSET {8080: {mode: DISABLE}}  | DISABLE    | STRICT
          shop/app STRICT {8080: {mode: UNSET}}                   | STRICT     | STRICT
          shop/app STRICT {8080: }                                | STRICT     | STRICT
          root/app STRICT                                         | PERMISSIVE | PERMISSIVE
          # of two for the same the oldest, then the first by name
          shop/a STRICT; shop/b DISABLE                           | STRICT     | STRICT
          shop/appa STRICT; shop/appb DISABLE                     | STRICT     | STRICT
          shop/appa@2026 STRICT; shop/appb@2025 DISABLE           | DISABLE    | DISABLE
          shop/a STRICT; shop/b@2025 DISABLE                      | DISABLE    | DISABLE
          root/a@2025 STRICT; root/b@2026 DISABLE                 | STRICT     | STRICT
          """)
  void theNarrowestPolicyDecides(String policies, Mode on8080, Mode on9090) {
    Shop.write(folder.resolve("mesh.yaml"), "rootNamespace: root\n");
    policies(policies);
    var modes = Generated.registry(folder).peerAuthentications().of("shop", Map.of("app", "cart"));
    assertThat(modes.onPort(8080)).isEqualTo(on8080);
    assertThat(modes.onPort(9090)).isEqualTo(on9090);
  }

  private Listener inbound(String policies, String protocol) throws Exception {
    policies(policies);
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
          ports: [{number: 80, name: main, protocol: "%s", targetPort: 8080}]
          workloadSelector: {labels: {app: cart}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: cart, namespace: shop}
        spec: {address: 127.0.0.1, labels: {app: cart}}
        """
            .formatted(protocol));
    return Generated.inbound(
        Generated.config(folder, Generated.node("127.0.0.1", "cart", Map.of("app", "cart"))));
  }

  /** {@code TRANSPORT(ALPN,...) -> KIND}, with a + where TLS ends. */
  private static List<String> chains(Listener inbound, int port) {
    return inbound.getFilterChainsList().stream()
        .filter(chain -> chain.getFilterChainMatch().getDestinationPort().getValue() == port)
        .map(PeerAuthenticationTest::chain)
        .toList();
  }

  private static String chain(FilterChain chain) {
    FilterChainMatch match = chain.getFilterChainMatch();
    String last = chain.getFilters(chain.getFiltersCount() - 1).getName();
    return match.getTransportProtocol()
        + "("
        + String.join(",", match.getApplicationProtocolsList())
        + ") "
        + (last.endsWith("tcp_proxy") ? "TCP" : "HTTP")
        + (chain.hasTransportSocket() ? "+" : "");
  }

  private static final String MESH_HTTP = "istio-http/1.0,istio-http/1.1,istio-h2";
  private static final String MESH = "istio,istio-peer-exchange," + MESH_HTTP;

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          STRICT     | HTTP | tls() HTTP+
          STRICT     | GRPC | tls() HTTP+
          STRICT     | TCP  | tls() TCP+
          STRICT     | TLS  | tls() TCP+
          STRICT     | ''   | tls(MESH_HTTP) HTTP+; tls() TCP+
          PERMISSIVE | HTTP | tls(MESH) HTTP+; raw_buffer() HTTP
          PERMISSIVE | TCP  | tls(MESH) TCP+; tls() TCP; raw_buffer() TCP
          PERMISSIVE | ''   | tls(MESH_HTTP) HTTP+; raw_buffer(http/1.1,h2c) HTTP; tls(istio-peer-exchange,istio) TCP+; raw_buffer() TCP; tls() TCP
          DISABLE    | HTTP | raw_buffer() HTTP
          DISABLE    | TCP  | raw_buffer() TCP
          DISABLE    | ''   | raw_buffer(http/1.1,h2c) HTTP; raw_buffer() TCP
          """)
  void modeAndProtocolMakeTheChains(String mode, String protocol, String expected)
      throws Exception {
    List<String> chains =
        List.of(expected.replace("MESH_HTTP", MESH_HTTP).replace("MESH)", MESH + ")").split("; "));
    Listener inbound = inbound("shop/ns " + mode, protocol);
    assertThat(chains(inbound, 8080)).isEqualTo(chains);
    if (protocol.isEmpty()) {
      // other ports are detected too
      assertThat(chains(inbound, 0)).isEqualTo(chains);
    }
  }

  @Test
  void aPortOfAPolicyThatNoServiceHasGetsItsOwnCatchAll() throws Exception {
    Listener inbound = inbound("shop/app STRICT {7070: {mode: DISABLE}}", "HTTP");
    assertThat(chains(inbound, 7070))
        .containsExactly("raw_buffer(http/1.1,h2c) HTTP", "raw_buffer() TCP");
    assertThat(inbound.getFilterChainsList().stream().map(FilterChain::getName))
        .containsExactly(
            "virtualInbound-blackhole",
            "virtualInbound-catchall-http",
            "virtualInbound",
            "virtualInbound-catchall-http",
            "virtualInbound",
            "0.0.0.0_8080");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the ports where the inspectors are off, or with ! those where they are on alone
          shop/ns PERMISSIVE                                    | tls 15006; http 8080,15006
          shop/ns STRICT                                        | tls 15006
          shop/ns DISABLE                                       | http 8080,15006
          shop/app PERMISSIVE {8080: {mode: DISABLE}}           | tls 8080,15006; http 8080,15006
          shop/app DISABLE {8080: {mode: STRICT}}               | tls !8080; http 8080,15006
          """)
  void inspectorsLookOnlyWhereAChainAsks(String policies, String expected) throws Exception {
    List<String> found =
        inbound(policies, "HTTP").getListenerFiltersList().stream()
            .filter(filter -> filter.getName().endsWith("_inspector"))
            .map(PeerAuthenticationTest::inspector)
            .toList();
    assertThat(String.join("; ", found)).isEqualTo(expected);
  }

  private static String inspector(ListenerFilter filter) {
    var disabled = filter.getFilterDisabled();
    var on = disabled.hasNotMatch() ? disabled.getNotMatch() : disabled;
    var ranges = on.hasOrMatch() ? on.getOrMatch().getRulesList() : List.of(on);
    List<String> ports =
        ranges.stream().map(r -> String.valueOf(r.getDestinationPortRange().getStart())).toList();
    return filter.getName().replaceAll(".*\\.(.*)_inspector", "$1 ")
        + (disabled.hasNotMatch() ? "!" : "")
        + String.join(",", ports);
  }
}
