package io.inmesh.control.client;

import static io.inmesh.control.client.ResourceType.CLUSTER;
import static io.inmesh.control.client.ResourceType.ENDPOINTS;
import static io.inmesh.control.client.ResourceType.LISTENER;
import static io.inmesh.control.client.ResourceType.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.grpc.Status;
import io.inmesh.control.client.wire.FieldClass.Effect;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The delta discovery protocol, spoken with the real gRPC library. */
class AdsClientTest {
  private final FakeControlPlane plane = new FakeControlPlane();
  private Client client = new Client("http://127.0.0.1:1");

  @BeforeEach
  void aSmallMesh() {
    client.close();
    plane
        .with(Mesh.clusterName("catalog"), Mesh.cluster("catalog"), "1")
        .with(Mesh.clusterName("cart"), Mesh.cluster("cart"), "1")
        .with(Mesh.clusterName("catalog"), Mesh.endpoints("catalog", "127.0.0.2", 9000), "1")
        .with(Mesh.clusterName("cart"), Mesh.endpoints("cart", "127.0.0.3", 9000), "1")
        .with("0.0.0.0_8080", Mesh.listener(8080), "1")
        .with("8080", Mesh.routes(8080, "catalog", "cart"), "1");
  }

  @AfterEach
  void end() {
    client.close();
    plane.close();
  }

  private void connect() {
    client = new Client("http://127.0.0.1:" + plane.port());
    await().until(() -> client.newest() != null);
  }

  private MeshSnapshot newest() {
    return Objects.requireNonNull(client.newest());
  }

  private ClusterState cluster(String host) {
    return Objects.requireNonNull(newest().cluster(Mesh.clusterName(host)));
  }

  private RouteTable table() {
    return Objects.requireNonNull(newest().routeTable("8080"));
  }

  private DeltaDiscoveryRequest answerTo(ResourceType type, int number) {
    await().until(() -> answers(type).size() > number);
    return answers(type).get(number);
  }

  private List<DeltaDiscoveryRequest> answers(ResourceType type) {
    return plane.requests(type).stream().filter(r -> !r.getResponseNonce().isEmpty()).toList();
  }

  @Test
  void theFirstRequestSaysWhoAsksAndLaterOnesDoNot() {
    connect();
    DeltaDiscoveryRequest first = plane.stream().requests().get(0);
    assertThat(first.getTypeUrl()).isEqualTo(CLUSTER.typeUrl());
    assertThat(first.getNode().getId())
        .isEqualTo("sidecar~127.0.1.1~shop-1.shop~shop.svc.cluster.local");
    assertThat(first.getNode().getCluster()).isEqualTo("shop.shop");
    assertThat(first.getNode().getLocality().getZone()).isEqualTo("z1");
    var metadata = first.getNode().getMetadata().getFieldsMap();
    assertThat(metadata.keySet())
        .contains("NAMESPACE", "SERVICE_ACCOUNT", "LABELS", "INSTANCE_IPS", "CLUSTER_ID");
    assertThat(Objects.requireNonNull(metadata.get("DNS_CAPTURE")).getStringValue())
        .isEqualTo("true");
    assertThat(Objects.requireNonNull(metadata.get("ISTIO_VERSION")).getStringValue())
        .isEqualTo("1.29.6");
    assertThat(plane.stream().requests().stream().skip(1)).noneMatch(r -> r.hasNode());
  }

  @Test
  void theFirstSnapshotIsComplete() {
    connect();
    MeshSnapshot first = client.snapshots().get(0);
    assertThat(first.listeners()).hasSize(1);
    assertThat(first.routeTable("8080")).isNotNull();
    assertThat(first.clusters()).hasSize(2);
    await().until(() -> cluster("cart").endpointsKnown());
    assertThat(plane.requests(ROUTES).get(0).getResourceNamesSubscribeList())
        .containsExactly("8080");
  }

  @Test
  void aListenerIsNotPublishedBeforeItsRoutes() {
    plane.without(ROUTES, "8080");
    client = new Client("http://127.0.0.1:" + plane.port());
    await()
        .until(() -> client.status().waitingFor().equals(List.of("RDS of listener 0.0.0.0_8080")));
    assertThat(client.newest()).isNull();
    plane.with("8080", Mesh.routes(8080, "catalog"), "2").push(ROUTES, "8080");
    await().until(() -> client.newest() != null);
    assertThat(newest().listeners()).hasSize(1);
  }

  @Test
  void everyResponseIsAcknowledgedOnce() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    for (ResourceType type : ResourceType.values()) {
      assertThat(answers(type))
          .as(type.shortName())
          .noneMatch(DeltaDiscoveryRequest::hasErrorDetail);
      assertThat(answers(type).stream().map(DeltaDiscoveryRequest::getResponseNonce))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aBadResourceKeepsItsLastGoodVersionAndTheOthersApply() {
    connect();
    Cluster bad = Mesh.cluster("cart").toBuilder().clearEdsClusterConfig().build();
    plane
        .with(Mesh.clusterName("cart"), bad, "2")
        .with(Mesh.clusterName("new"), Mesh.cluster("new"), "2")
        .push(CLUSTER, Mesh.clusterName("cart"), Mesh.clusterName("new"));
    DeltaDiscoveryRequest nack = answerTo(CLUSTER, 1);
    assertThat(nack.getErrorDetail().getMessage())
        .isEqualTo(
            Mesh.clusterName("cart") + ": cannot create an EDS cluster without an EDS config");
    assertThat(nack.getErrorDetail().getCode()).isEqualTo(13);
    await().until(() -> newest().cluster(Mesh.clusterName("new")) != null);
    assertThat(newest().cluster(Mesh.clusterName("cart"))).isNotNull();
    assertThat(client.status().lastErrors()).hasSize(1);
  }

  @Test
  void aNackNamesEveryError() {
    connect();
    RouteConfiguration duplicate = Mesh.routes(8080, "catalog", "catalog");
    RouteConfiguration.Builder regex = Mesh.routes(8080, "catalog").toBuilder();
    regex
        .getVirtualHostsBuilder(0)
        .getRoutesBuilder(0)
        .setMatch(RouteMatch.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex("a(b")));
    RouteConfiguration.Builder weights = Mesh.routes(8080, "catalog").toBuilder();
    weights
        .getVirtualHostsBuilder(0)
        .getRoutesBuilder(0)
        .getRouteBuilder()
        .setWeightedClusters(
            WeightedCluster.newBuilder()
                .addClusters(
                    WeightedCluster.ClusterWeight.newBuilder()
                        .setName("c")
                        .setWeight(UInt32Value.of(0))));
    RouteConfiguration.Builder action = Mesh.routes(8080, "catalog").toBuilder();
    action.getVirtualHostsBuilder(0).getRoutesBuilder(0).clearRoute();
    assertThat(rejection(duplicate, "2"))
        .contains("Only unique values for domains are permitted. Duplicate entry of domain");
    assertThat(rejection(regex.build(), "3")).contains("invalid regex 'a(b'");
    assertThat(rejection(weights.build(), "4")).contains("Sum of weights");
    assertThat(rejection(action.build(), "5")).contains("Route.action: is required");
    assertThat(table().virtualHosts()).hasSize(2);
  }

  private String rejection(RouteConfiguration routes, String version) {
    int before = answers(ROUTES).size();
    plane.with("8080", routes, version).push(ROUTES, "8080");
    return answerTo(ROUTES, before).getErrorDetail().getMessage();
  }

  @Test
  void endpointsOfAnotherClusterAreRejected() {
    connect();
    await().until(() -> !answers(ENDPOINTS).isEmpty());
    int before = answers(ENDPOINTS).size();
    plane
        .with(Mesh.clusterName("cart"), Mesh.endpoints("catalog", "127.0.0.9", 1), "2")
        .push(ENDPOINTS, Mesh.clusterName("cart"));
    assertThat(answerTo(ENDPOINTS, before).getErrorDetail().getMessage())
        .contains("Unexpected EDS cluster");
  }

  @Test
  void whatIsNotSupportedIsContainedAcknowledgedAndListed() {
    connect();
    RouteConfiguration.Builder routes = Mesh.routes(8080, "catalog", "cart").toBuilder();
    routes
        .getVirtualHostsBuilder(0)
        .getRoutesBuilder(0)
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(5000, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build());
    plane.with("8080", routes.build(), "2").push(ROUTES, "8080");
    await()
        .until(
            () ->
                table().virtualHosts().get(0).routes().get(0).action()
                    instanceof RouteAction.Unsupported);
    assertThat(table().virtualHosts().get(0).routes().get(0).action())
        .isEqualTo(new RouteAction.Unsupported("virtual_hosts[0].routes[0].#5000"));
    assertThat(table().virtualHosts().get(1).routes().get(0).action())
        .isInstanceOf(RouteAction.Forward.class);
    assertThat(answers(ROUTES)).noneMatch(DeltaDiscoveryRequest::hasErrorDetail);
    assertThat(Client.get(client.ads.unsupported()))
        .singleElement()
        .satisfies(e -> assertThat(e.effect()).isEqualTo(Effect.REFUSES))
        .satisfies(e -> assertThat(e.type()).isEqualTo("RDS"))
        .satisfies(e -> assertThat(e.resource()).isEqualTo("8080"));
    assertThat(client.log()).filteredOn(l -> l.contains("#5000")).hasSize(1);
    assertThat(Client.get(client.ads.unsupportedJson())).contains("\"effect\":\"REFUSES\"");
  }

  @Test
  void withNackTheWholeResourceIsRejected() {
    // The client of before would answer too, with its own view.
    client.close();
    client =
        new Client(
            io.inmesh.control.client.transport.ControlPlaneAddress.parse(
                "http://127.0.0.1:" + plane.port(), null, null),
            Client.settings(500, true));
    await().until(() -> client.newest() != null);
    RouteConfiguration.Builder routes = Mesh.routes(8080, "catalog").toBuilder();
    routes
        .getVirtualHostsBuilder(0)
        .setMatcher(com.github.xds.type.matcher.v3.Matcher.getDefaultInstance());
    assertThat(rejection(routes.build(), "2"))
        .contains("unsupported by inmesh: virtual_hosts[0].matcher");
    assertThat(table().virtualHosts()).hasSize(2);
  }

  @Test
  void endpointsBeyondThePrefetchLimitComeWhenTheyAreNeeded() {
    client.close();
    client =
        new Client(
            io.inmesh.control.client.transport.ControlPlaneAddress.parse(
                "http://127.0.0.1:" + plane.port(), null, null),
            Client.settings(0, false));
    await().until(() -> client.newest() != null);
    assertThat(plane.requests(ENDPOINTS)).isEmpty();
    assertThat(cluster("cart").endpointsKnown()).isFalse();
    assertThat(Client.get(client.ads.need(Mesh.clusterName("cart")))).isTrue();
    assertThat(cluster("cart").endpointsKnown()).isTrue();
    assertThat(cluster("catalog").endpointsKnown()).isFalse();
    assertThat(Client.get(client.ads.need("outbound|1||nobody"))).isFalse();
  }

  @Test
  void withoutAConnectionANeedIsAnsweredAtOnce() {
    client =
        new Client(
            io.inmesh.control.client.transport.ControlPlaneAddress.parse(
                "http://127.0.0.1:" + plane.port(), null, null),
            Client.settings(0, false));
    await().until(() -> client.newest() != null);
    plane.close();
    await().until(() -> !client.status().connected());
    assertThat(Client.get(client.ads.need(Mesh.clusterName("cart")))).isFalse();
  }

  @Test
  void anEndpointUpdateChangesTheHostsOfTheSameState() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    ClusterState state = cluster("cart");
    AtomicBoolean told = new AtomicBoolean();
    client.onEndpoints =
        () -> {
          if (state.hosts().get(0).toString().contains("127.0.0.77")) {
            told.set(true);
          }
        };
    plane
        .with(Mesh.clusterName("cart"), Mesh.endpoints("cart", "127.0.0.77", 9000), "2")
        .push(ENDPOINTS, Mesh.clusterName("cart"));
    await().untilTrue(told);
    assertThat(cluster("cart")).isSameAs(state);
  }

  @Test
  void aChangedClusterTakesOverWithItsEndpoints() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    ClusterState catalog = cluster("catalog");
    plane
        .with(
            Mesh.clusterName("cart"),
            Mesh.cluster("cart").toBuilder().setLbPolicy(Cluster.LbPolicy.RANDOM).build(),
            "2")
        .push(CLUSTER, Mesh.clusterName("cart"));
    await()
        .until(
            () ->
                cluster("cart").cluster().lbPolicy()
                    instanceof io.inmesh.engine.cluster.LbPolicy.RandomChoice);
    assertThat(cluster("cart").endpointsKnown()).isTrue();
    assertThat(cluster("catalog")).isSameAs(catalog);
  }

  @Test
  void detectionThatIsSwitchedOffLetsItsHostsReturn() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    OutlierDetection detection =
        OutlierDetection.newBuilder()
            .setConsecutive5Xx(UInt32Value.of(1))
            .setMaxEjectionPercent(UInt32Value.of(100))
            .build();
    plane
        .with(
            Mesh.clusterName("cart"),
            Mesh.cluster("cart").toBuilder().setOutlierDetection(detection).build(),
            "2")
        .push(CLUSTER, Mesh.clusterName("cart"));
    await().until(() -> cluster("cart").hosts().get(0).outlierMonitor() != null);
    Host host = cluster("cart").hosts().get(0);
    Objects.requireNonNull(host.outlierMonitor()).responded(500, System.nanoTime(), 1);
    assertThat(cluster("cart").hosts().get(0).isEjected()).isTrue();

    plane
        .with(Mesh.clusterName("cart"), Mesh.cluster("cart"), "3")
        .push(CLUSTER, Mesh.clusterName("cart"));
    await().until(() -> cluster("cart").hosts().get(0).outlierMonitor() == null);
    assertThat(cluster("cart").hosts().get(0).isEjected()).isFalse();
  }

  @Test
  void aClusterWithAnotherServiceWaitsForItsEndpoints() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    Cluster moved =
        Mesh.cluster("cart").toBuilder()
            .setEdsClusterConfig(
                Mesh.cluster("cart").getEdsClusterConfig().toBuilder().setServiceName("moved"))
            .build();
    plane.with(Mesh.clusterName("cart"), moved, "2").push(CLUSTER, Mesh.clusterName("cart"));
    await()
        .until(
            () ->
                plane.requests(ENDPOINTS).stream()
                    .anyMatch(r -> r.getResourceNamesSubscribeList().contains("moved")));
    assertThat(cluster("cart").cluster().serviceName()).isEqualTo(Mesh.clusterName("cart"));
    plane
        .with(
            "moved",
            Mesh.endpoints("cart", "127.0.0.4", 1).toBuilder().setClusterName("moved").build(),
            "1")
        .push(ENDPOINTS, "moved");
    await().until(() -> cluster("cart").cluster().serviceName().equals("moved"));
    assertThat(cluster("cart").endpointsKnown()).isTrue();
  }

  @Test
  void aRemovedClusterIsGoneAndItsEndpointsAreUnsubscribed() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    plane.without(CLUSTER, Mesh.clusterName("cart"));
    plane.push(CLUSTER, Mesh.clusterName("cart"));
    await().until(() -> newest().cluster(Mesh.clusterName("cart")) == null);
    await()
        .until(
            () ->
                plane.requests(ENDPOINTS).stream()
                    .anyMatch(
                        r ->
                            r.getResourceNamesUnsubscribeList()
                                .contains(Mesh.clusterName("cart"))));
  }

  @Test
  void removalOfRoutesAndEndpointsIsIgnoredWhileTheyAreNamed() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    plane.without(ROUTES, "8080");
    plane.without(ENDPOINTS, Mesh.clusterName("cart"));
    plane.push(ROUTES, "8080");
    plane.push(ENDPOINTS, Mesh.clusterName("cart"));
    int before = answers(CLUSTER).size();
    plane.with(Mesh.clusterName("x"), Mesh.cluster("x"), "1").push(CLUSTER, Mesh.clusterName("x"));
    answerTo(CLUSTER, before);
    await().until(() -> newest().cluster(Mesh.clusterName("x")) != null);
    assertThat(table().virtualHosts()).hasSize(2);
    assertThat(cluster("cart").hosts()).hasSize(1);
  }

  @Test
  void anOrderlyEndIsFollowedByANewStreamWithWhatIsHeld() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    MeshSnapshot before = newest();
    plane.stream().end();
    await().until(() -> plane.streams().size() == 2 && plane.requests(ROUTES).size() > 0);
    DeltaDiscoveryRequest first = plane.stream().requests().get(0);
    assertThat(first.hasNode()).isTrue();
    assertThat(first.getResponseNonce()).isEmpty();
    assertThat(first.getInitialResourceVersionsMap())
        .containsEntry(Mesh.clusterName("cart"), "1")
        .containsEntry(Mesh.clusterName("catalog"), "1");
    assertThat(plane.requests(ROUTES).get(0).getInitialResourceVersionsMap())
        .containsEntry("8080", "1");
    assertThat(plane.requests(ENDPOINTS).get(0).getResourceNamesSubscribeList())
        .containsExactlyInAnyOrder(Mesh.clusterName("cart"), Mesh.clusterName("catalog"));
    assertThat(newest().cluster(Mesh.clusterName("cart")))
        .isSameAs(before.cluster(Mesh.clusterName("cart")));
    assertThat(client.status().reconnects()).isEqualTo(1);
  }

  @Test
  void whatWasRemovedMeanwhileIsRemovedAfterTheReconnect() {
    connect();
    plane.without(CLUSTER, Mesh.clusterName("cart"));
    plane.stream().fail(Status.UNAVAILABLE.withDescription("restarting"));
    await().until(() -> newest().cluster(Mesh.clusterName("cart")) == null);
    assertThat(client.log()).anyMatch(l -> l.contains("restarting"));
  }

  @Test
  void aRestartOfTheControlPlaneKeepsTheConfiguration() {
    connect();
    int snapshots = client.snapshots().size();
    plane.restart();
    await().until(() -> client.status().connected() && plane.streams().size() >= 2);
    await().until(() -> !plane.requests(CLUSTER).isEmpty());
    assertThat(plane.requests(CLUSTER).get(0).getInitialResourceVersionsMap()).hasSize(2);
    assertThat(client.snapshots().size()).isGreaterThanOrEqualTo(snapshots);
    assertThat(newest().clusters()).hasSize(2);
  }

  @Test
  void garbageCostsTheResourceOrTheStreamAndNothingElse() {
    connect();
    plane.stream()
        .send(
            DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(CLUSTER.typeUrl())
                .setNonce("garbage")
                .addResources(
                    Resource.newBuilder()
                        .setName("broken")
                        .setResource(
                            com.google.protobuf.Any.newBuilder()
                                .setTypeUrl(CLUSTER.typeUrl())
                                .setValue(ByteString.copyFrom(new byte[] {(byte) 0xff, 1, 2}))))
                .build());
    DeltaDiscoveryRequest nack = answerTo(CLUSTER, 1);
    assertThat(nack.getResponseNonce()).isEqualTo("garbage");
    assertThat(nack.getErrorDetail().getMessage()).startsWith("broken: ");
    plane.stream()
        .send(DeltaDiscoveryResponse.newBuilder().setTypeUrl("acme/Thing").setNonce("t").build());
    await()
        .until(
            () ->
                plane.stream().requests().stream()
                    .anyMatch(r -> r.getTypeUrl().equals("acme/Thing") && r.hasErrorDetail()));
    assertThat(newest().clusters()).hasSize(2);
  }

  @Test
  void tenThousandClustersArriveInOnePush() {
    connect();
    String[] names = new String[10_000];
    for (int i = 0; i < names.length; i++) {
      names[i] = Mesh.clusterName("service-" + i);
      plane.with(names[i], Mesh.cluster("service-" + i), "1");
    }
    plane.push(CLUSTER, names);
    await().until(() -> newest().clusters().size() == 10_002);
    assertThat(answerTo(CLUSTER, 1).hasErrorDetail()).isFalse();
    await()
        .until(
            () ->
                plane.requests(ENDPOINTS).stream()
                        .mapToInt(DeltaDiscoveryRequest::getResourceNamesSubscribeCount)
                        .sum()
                    == AdsSettings.DEFAULT_PREFETCH);
  }

  @Test
  void theConfigDumpShowsWhatIsInForce() {
    connect();
    await().until(() -> cluster("cart").endpointsKnown());
    assertThat(Client.get(client.ads.configDump(true, Optional.empty())))
        .contains(
            "\"@type\":\"type.googleapis.com/envoy.admin.v3.ClustersConfigDump\"",
            "\"@type\":\"type.googleapis.com/envoy.config.cluster.v3.Cluster\"",
            "\"name\":\"outbound|8080||cart\"",
            "\"portValue\":9000");
    assertThat(Client.get(client.ads.configDump(false, Optional.empty())))
        .doesNotContain("EndpointsConfigDump");
  }

  @Test
  void thePeopleOutsideLearnHowItStands() {
    connect();
    ClientStatus status = client.status();
    assertThat(status.connected()).isTrue();
    assertThat(status.published()).isTrue();
    assertThat(status.waitingFor()).isEmpty();
    assertThat(Objects.requireNonNull(status.types().get(LISTENER)).resources()).isEqualTo(1);
    assertThat(Objects.requireNonNull(status.types().get(CLUSTER)).nacks()).isZero();
  }
}
