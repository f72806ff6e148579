package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of both ADS protocols, with a real gRPC client. */
class AdsProtocolTest {
  private static final Node CLIENT =
      AdsClient.node("127.0.0.1", "client-1", "shop", Map.of("app", "client"));
  private static final String V1 = "outbound|8080|v1|" + Shop.CATALOG;

  @TempDir Path folder = Path.of("");
  private final List<String> log = new CopyOnWriteArrayList<>();
  private ControlPlane plane = NOT_STARTED;

  @SuppressWarnings("NullAway") // replaced before each test
  private static final ControlPlane NOT_STARTED = null;

  @BeforeEach
  void start() throws Exception {
    Shop.write(folder);
    plane = ControlPlane.start(ControlPlane.Options.local(folder), log::add);
  }

  @AfterEach
  void stop() {
    plane.close();
  }

  private static DeltaDiscoveryRequest.Builder delta(ResourceType type) {
    return DeltaDiscoveryRequest.newBuilder().setNode(CLIENT).setTypeUrl(type.url());
  }

  private static DiscoveryRequest.Builder whole(ResourceType type) {
    return DiscoveryRequest.newBuilder().setNode(CLIENT).setTypeUrl(type.url());
  }

  private static Set<String> names(DeltaDiscoveryResponse response) {
    return response.getResourcesList().stream().map(Resource::getName).collect(Collectors.toSet());
  }

  @Test
  void deltaWildcardGivesAllAndNamesGiveThose() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.CDS).build());
      assertThat(names(client.next()))
          .contains("outbound|8080||" + Shop.CATALOG, V1, "PassthroughCluster", "BlackHoleCluster");
      client.send(delta(ResourceType.EDS).addResourceNamesSubscribe(V1).build());
      DeltaDiscoveryResponse endpoints = client.next();
      assertThat(names(endpoints)).containsExactly(V1);
      ClusterLoadAssignment v1 =
          endpoints.getResources(0).getResource().unpack(ClusterLoadAssignment.class);
      assertThat(
              v1.getEndpoints(0)
                  .getLbEndpoints(0)
                  .getEndpoint()
                  .getAddress()
                  .getSocketAddress()
                  .getPortValue())
          .isEqualTo(18081);
    }
  }

  @Test
  void deltaUnknownNameGivesAnEmptyResource() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.EDS).addResourceNamesSubscribe("outbound|1||nowhere").build());
      DeltaDiscoveryResponse response = client.next();
      assertThat(names(response)).containsExactly("outbound|1||nowhere");
      assertThat(response.getRemovedResourcesList()).isEmpty();
    }
  }

  @Test
  void deltaPushSendsOnlyWhatChanged() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.CDS).build());
      client.next();
      client.send(delta(ResourceType.RDS).addResourceNamesSubscribe("8080").build());
      client.next();
      client.send(delta(ResourceType.LDS).build());
      client.next();

      Shop.split(folder, 10);

      DeltaDiscoveryResponse pushed = client.next();
      assertThat(pushed.getTypeUrl()).isEqualTo(ResourceType.RDS.url());
      assertThat(weightOfV1(pushed)).isEqualTo(10);
      assertThat(client.isQuiet()).isTrue();
    }
  }

  private static int weightOfV1(DeltaDiscoveryResponse response)
      throws InvalidProtocolBufferException {
    RouteConfiguration table =
        response.getResources(0).getResource().unpack(RouteConfiguration.class);
    return table
        .getVirtualHosts(0)
        .getRoutes(0)
        .getRoute()
        .getWeightedClusters()
        .getClusters(0)
        .getWeight()
        .getValue();
  }

  @Test
  void aChangeOnDiskIsPushedWithin300Milliseconds() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.RDS).addResourceNamesSubscribe("8080").build());
      client.next();
      // the first pushes pay for class loading
      for (int share : new int[] {80, 70, 60}) {
        Shop.split(folder, share);
        client.next();
      }
      long best = Long.MAX_VALUE;
      for (int share = 50; share > 45; share--) {
        long start = System.nanoTime();
        Shop.split(folder, share);
        assertThat(weightOfV1(client.next())).isEqualTo(share);
        best = Math.min(best, System.nanoTime() - start);
      }
      assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(300));
    }
  }

  @Test
  void deltaNamesWhatIsGone() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.CDS).build());
      client.next();
      client.send(delta(ResourceType.EDS).addResourceNamesSubscribe(V1).build());
      client.next();

      Shop.write(folder.resolve("services.yaml"), "");

      DeltaDiscoveryResponse clusters = client.next();
      assertThat(clusters.getTypeUrl()).isEqualTo(ResourceType.CDS.url());
      assertThat(clusters.getRemovedResourcesList()).contains(V1);
      DeltaDiscoveryResponse endpoints = client.next();
      assertThat(endpoints.getTypeUrl()).isEqualTo(ResourceType.EDS.url());
      assertThat(endpoints.getRemovedResourcesList()).containsExactly(V1);
    }
  }

  @Test
  void deltaReconnectSendsOnlyDifferencesAndNamesWhatIsGone() throws Exception {
    Map<String, String> versions = new HashMap<>();
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.CDS).build());
      for (Resource resource : client.next().getResourcesList()) {
        versions.put(resource.getName(), resource.getVersion());
      }
    }
    versions.put(V1, "another");
    versions.put("outbound|1||gone", "x");
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.CDS).putAllInitialResourceVersions(versions).build());
      DeltaDiscoveryResponse response = client.next();
      assertThat(names(response)).containsExactly(V1);
      assertThat(response.getRemovedResourcesList()).containsExactly("outbound|1||gone");
    }
  }

  @Test
  void aChangedClusterBringsItsEndpointsAgain() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.CDS).build());
      client.next();
      client.send(delta(ResourceType.EDS).addResourceNamesSubscribe(V1).build());
      client.next();

      Shop.write(
          folder.resolve("more.yaml"),
          """
          apiVersion: networking.istio.io/v1
          kind: DestinationRule
          metadata: {name: timeouts, namespace: shop}
          spec:
            host: catalog
            trafficPolicy: {connectionPool: {tcp: {connectTimeout: 1s}}}
          """);

      DeltaDiscoveryResponse clusters = client.next();
      assertThat(names(clusters)).contains(V1);
      Cluster changed = clusters.getResources(0).getResource().unpack(Cluster.class);
      assertThat(changed.getConnectTimeout().getSeconds()).isEqualTo(1);
      assertThat(names(client.next())).containsExactly(V1);
    }
  }

  @Test
  void aRefusalIsLoggedCountedAndShown() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.LDS).build());
      DeltaDiscoveryResponse response = client.next();
      client.send(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(ResourceType.LDS.url())
              .setResponseNonce(response.getNonce())
              .setErrorDetail(Status.newBuilder().setCode(13).setMessage("0.0.0.0_8080: bad"))
              .build());
      await()
          .untilAsserted(
              () ->
                  assertThat(log)
                      .anyMatch(
                          line -> line.contains("client-1.shop refused LDS: 0.0.0.0_8080: bad")));
      assertThat(get("/debug/syncz")).contains("\"nacks\": 1", "0.0.0.0_8080: bad", "STALE");
      assertThat(get("/metrics")).contains("pilot_total_xds_rejects{type=\"lds\"} 1");
    }
  }

  @Test
  void anAcknowledgementShowsAsSynced() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.LDS).build());
      client.send(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(ResourceType.LDS.url())
              .setResponseNonce(client.next().getNonce())
              .build());
      await().untilAsserted(() -> assertThat(get("/debug/syncz")).contains("SYNCED"));
      assertThat(get("/metrics")).contains("pilot_xds 1\n");
      assertThat(get("/debug/config_dump?proxyID=client-1.shop")).contains("0.0.0.0_8080");
    }
  }

  private String get(String path) throws Exception {
    URI uri = URI.create("http://" + plane.monitoring() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void wholeStateComesWholeForClustersAndAsChangedForRoutes() throws Exception {
    try (var client = AdsClient.whole(plane)) {
      client.send(whole(ResourceType.CDS).build());
      DiscoveryResponse clusters = client.next();
      int all = clusters.getResourcesCount();
      assertThat(all).isGreaterThanOrEqualTo(6);
      client.send(acknowledge(clusters).build());
      client.send(whole(ResourceType.RDS).addResourceNames("8080").build());
      DiscoveryResponse routes = client.next();
      assertThat(routes.getResourcesCount()).isEqualTo(1);
      client.send(acknowledge(routes).addResourceNames("8080").build());
      assertThat(client.isQuiet()).isTrue();

      Shop.split(folder, 50);
      assertThat(client.next().getTypeUrl()).isEqualTo(ResourceType.RDS.url());
    }
  }

  private static DiscoveryRequest.Builder acknowledge(DiscoveryResponse response) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(response.getTypeUrl())
        .setVersionInfo(response.getVersionInfo())
        .setResponseNonce(response.getNonce());
  }

  @Test
  void wholeStateAnswersMoreNamesWithThoseOnly() throws Exception {
    String v2 = "outbound|8080|v2|" + Shop.CATALOG;
    try (var client = AdsClient.whole(plane)) {
      client.send(whole(ResourceType.EDS).addResourceNames(V1).build());
      DiscoveryResponse first = client.next();
      client.send(acknowledge(first).addResourceNames(V1).addResourceNames(v2).build());
      DiscoveryResponse second = client.next();
      assertThat(second.getResourcesCount()).isEqualTo(1);
      assertThat(second.getResources(0).unpack(ClusterLoadAssignment.class).getClusterName())
          .isEqualTo(v2);
      // an answer to the older response changes nothing
      client.send(acknowledge(first).addResourceNames("other").build());
      assertThat(client.isQuiet()).isTrue();
    }
  }

  @Test
  void aNodeWithoutIdentityIsRefused() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(DeltaDiscoveryRequest.newBuilder().setTypeUrl(ResourceType.CDS.url()).build());
      assertThat(client.hasEnded()).isTrue();
      assertThat(client.error()).hasMessageContaining("INVALID_ARGUMENT");
    }
  }

  @Test
  void closingEndsStreamsWithoutAnError() throws Exception {
    try (var client = AdsClient.delta(plane)) {
      client.send(delta(ResourceType.CDS).build());
      client.next();
      plane.close();
      assertThat(client.hasEnded()).isTrue();
      assertThat(client.error()).isNull();
    }
  }
}
