package io.inmesh.control.plane;

import static io.inmesh.control.plane.Generated.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.inmesh.control.plane.generate.NodeConfig;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import io.inmesh.control.plane.model.ProxyNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the generator that the recordings do not show. */
class GeneratorTest {
  @TempDir Path folder = Path.of("");

  private NodeConfig config(ProxyNode node) {
    return Generated.config(folder, node);
  }

  private static Resource resource(NodeConfig config, ResourceType type, String name) {
    return Objects.requireNonNull(config.get(type, name), name);
  }

  private static VirtualHost catalog(NodeConfig config) throws Exception {
    RouteConfiguration table =
        resource(config, ResourceType.RDS, "8080").body().unpack(RouteConfiguration.class);
    return table.getVirtualHostsList().stream()
        .filter(host -> host.getName().equals(Shop.CATALOG + ":8080"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          uri: {exact: /a}                    | {"path":"/a","caseSensitive":true}
          uri: {prefix: /a}                   | {"prefix":"/a","caseSensitive":true}
          uri: {regex: "/a.*"}                | {"safeRegex":{"regex":"/a.*"},"caseSensitive":true}
          uri: {prefix: /a}, ignoreUriCase: true | {"prefix":"/a","caseSensitive":false}
          method: {exact: GET}                | {"prefix":"/","caseSensitive":true,"headers":[{"name":":method","stringMatch":{"exact":"GET"}}]}
          authority: {prefix: www}            | {"prefix":"/","caseSensitive":true,"headers":[{"name":":authority","stringMatch":{"prefix":"www"}}]}
          scheme: {exact: https}              | {"prefix":"/","caseSensitive":true,"headers":[{"name":":scheme","stringMatch":{"exact":"https"}}]}
          headers: {x: {}}                    | {"prefix":"/","caseSensitive":true,"headers":[{"name":"x","presentMatch":true}]}
          withoutHeaders: {x: {exact: a}}     | {"prefix":"/","caseSensitive":true,"headers":[{"name":"x","stringMatch":{"exact":"a"},"invertMatch":true,"treatMissingHeaderAsEmpty":true}]}
          queryParams: {q: {exact: '1'}}      | {"prefix":"/","caseSensitive":true,"queryParameters":[{"name":"q","stringMatch":{"exact":"1"}}]}
          """)
  void aMatchBecomesEnvoys(String match, String expected) throws Exception {
    Shop.write(folder);
    routes("[{match: [{%s}], route: [{destination: {host: catalog}}]}]".formatted(match));
    Route route = catalog(config(node("127.0.0.9", "client", Map.of()))).getRoutes(0);
    assertThat(JsonFormat.printer().omittingInsignificantWhitespace().print(route.getMatch()))
        .satisfies(
            printed ->
                assertThat(com.google.gson.JsonParser.parseString(printed))
                    .isEqualTo(com.google.gson.JsonParser.parseString(expected)));
  }

  private void routes(String http) {
    Shop.write(
        folder.resolve("routes.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: catalog, namespace: shop}
        spec:
          hosts: [catalog]
          http: %s
        """
            .formatted(http));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          port: 8080                          | true
          port: 9999                          | false
          sourceLabels: {app: client}         | true
          sourceLabels: {app: other}          | false
          sourceNamespace: shop               | true
          sourceNamespace: other              | false
          gateways: [mesh]                    | true
          gateways: [edge]                    | false
          """)
  void aRouteForOthersIsLeftOut(String match, boolean applies) throws Exception {
    Shop.write(folder);
    routes("[{name: mine, match: [{%s}], directResponse: {status: 200}}]".formatted(match));
    VirtualHost host = catalog(config(node("127.0.0.9", "client", Map.of("app", "client"))));
    assertThat(host.getRoutes(0).getName()).isEqualTo(applies ? "mine" : "default");
  }

  @Test
  void aServiceIsCalledByAllItsNames() throws Exception {
    Shop.write(folder);
    assertThat(catalog(config(node("127.0.0.9", "client", Map.of()))).getDomainsList())
        .containsExactly(
            Shop.CATALOG, Shop.CATALOG + ".", "catalog", "catalog.shop.svc", "catalog.shop");
  }

  @Test
  void workloadsOnOneAddressAreToldApartByTheirPorts() throws Exception {
    Shop.write(folder);
    ClusterLoadAssignment all =
        resource(
                config(node("127.0.0.1", "client", Map.of())),
                ResourceType.EDS,
                "outbound|8080||" + Shop.CATALOG)
            .body()
            .unpack(ClusterLoadAssignment.class);
    assertThat(all.getEndpoints(0).getLbEndpointsList())
        .extracting(e -> e.getEndpoint().getAddress().getSocketAddress().getPortValue())
        .containsExactly(18081, 18082);
    // without a service account nothing asks for mutual TLS
    assertThat(all.getEndpoints(0).getLbEndpoints(0).getMetadata().getFilterMetadataMap())
        .doesNotContainKey("envoy.transport_socket_match");
  }

  @ParameterizedTest(name = "{0} with version {1}")
  @CsvSource({
    "catalog-v1, v1, 18081",
    "catalog-v2, v2, 18082",
    "catalog-v2, v1, 18082",
    "pod-xyz, v2, 18082",
    "client, v9, 0",
  })
  void aNodeServesThePortOfItsOwnWorkload(String name, String version, int port) throws Exception {
    Shop.write(folder);
    NodeConfig config =
        config(node("127.0.0.1", name, Map.of("app", "catalog", "version", version)));
    assertThat(inboundPorts(config)).isEqualTo(port == 0 ? List.of() : List.of(port, port));
    assertThat(config.all(ResourceType.CDS).keySet())
        .filteredOn(cluster -> cluster.startsWith("inbound|"))
        .isEqualTo(port == 0 ? List.of() : List.of("inbound|" + port + "||"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "catalog-v1, other, true", // its name says so
    "pod-xyz, catalog, true",
    "pod-xyz, other, false",
    "pod-xyz, '', true", // by address alone, as nothing speaks against it
  })
  void aLoneWorkloadOfAnAddressIsTheNodesOwnUnlessItsLabelsDiffer(
      String name, String app, boolean serves) throws Exception {
    Shop.write(folder);
    Shop.write(
        folder.resolve("services.yaml"),
        Files.readString(folder.resolve("services.yaml"))
            .replace("{address: 127.0.0.1, ports: {http: 18082}", "{address: 127.0.0.2"));
    NodeConfig config =
        config(
            node(
                "127.0.0.1", name, app.isEmpty() ? Map.of() : Map.of("app", app, "version", "v7")));
    assertThat(inboundPorts(config)).isEqualTo(serves ? List.of(18081, 18081) : List.of());
  }

  private static List<Integer> inboundPorts(NodeConfig config) throws Exception {
    List<Integer> out = new ArrayList<>();
    for (FilterChain chain : Generated.inbound(config).getFilterChainsList()) {
      int port = chain.getFilterChainMatch().getDestinationPort().getValue();
      if (port != 0 && port != 15006) {
        out.add(port);
      }
    }
    return out;
  }

  @Test
  void whatIsNotExportedIsNotSeen() {
    Shop.write(folder);
    Shop.write(
        folder.resolve("hidden.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: hidden, namespace: other}
        spec:
          hosts: [hidden.other.svc.cluster.local]
          exportTo: ["."]
          resolution: STATIC
          ports: [{number: 8080, name: http, protocol: HTTP}]
          endpoints: [{address: 127.0.0.5}]
        """);
    assertThat(config(node("127.0.0.9", "client", Map.of())).all(ResourceType.CDS).keySet())
        .noneMatch(name -> name.contains("hidden"));
  }

  @Test
  void equalContentHasEqualVersions() {
    Shop.write(folder);
    ProxyNode node = node("127.0.0.9", "client", Map.of());
    NodeConfig one = config(node);
    NodeConfig two = config(node);
    for (ResourceType type : List.of(ResourceType.CDS, ResourceType.LDS, ResourceType.NDS)) {
      assertThat(one.all(type)).isEqualTo(two.all(type));
    }
    assertThat(resource(one, ResourceType.RDS, "8080"))
        .isEqualTo(resource(two, ResourceType.RDS, "8080"));
  }
}
