package io.inmesh.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.inmesh.control.client.wire.FieldClass.Effect;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.engine.CaptureRules;
import io.inmesh.engine.HttpsHosts;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.DnsTargets;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** All that a real istiod sent to sidecars decodes, applies and is accounted for. */
class RecordingsTest {
  private static final NodeIdentity NODE =
      new NodeIdentity(
          "front-1",
          "shop",
          "127.0.2.20",
          "cluster.local",
          "front",
          Map.of(),
          Map.of(),
          "",
          "",
          "",
          "1.29.6",
          "",
          Map.of());

  @TestFactory
  List<DynamicTest> everyResourceIsAccepted() {
    return perNode(
        node -> {
          List<String> errors = new ArrayList<>();
          MeshState state = load(node, errors);
          assertThat(errors).isEmpty();
          assertThat(state.unroutedListeners()).isEmpty();
          MeshSnapshot snapshot = state.snapshot();
          assertThat(snapshot.listeners()).hasSameSizeAs(state.store(ResourceType.LISTENER).all());
          assertThat(snapshot.routeTables()).hasSameSizeAs(state.store(ResourceType.ROUTES).all());
          assertThat(snapshot.clusters()).hasSameSizeAs(state.store(ResourceType.CLUSTER).all());
          // Names are resolved at the first call.
          assertThat(snapshot.clusters())
              .allMatch(c -> c.endpointsKnown() != !DnsTargets.of(c.cluster()).names().isEmpty());
          assertThat(snapshot.nameTable().size()).isPositive();
        });
  }

  @TestFactory
  List<DynamicTest> everyUnsupportedEntryNamesFieldReasonAndWhatWillSupportIt() {
    return perNode(
        node -> {
          List<UnsupportedEntry> entries = UnsupportedList.entries(load(node, new ArrayList<>()));
          assertThat(entries).isNotEmpty();
          assertThat(entries)
              .allSatisfy(
                  entry -> {
                    assertThat(entry.resource()).isNotEmpty();
                    assertThat(entry.field()).isNotEmpty();
                    assertThat(entry.reason()).isNotEmpty();
                    assertThat(entry.until()).isNotEmpty();
                  });
          assertThat(entries).noneMatch(e -> e.reason().contains("does not know"));
        });
  }

  @TestFactory
  List<DynamicTest> outboundTrafficIsNotRefusedAnywhere() {
    return perNode(
        node -> {
          MeshSnapshot snapshot = load(node, new ArrayList<>()).snapshot();
          for (RouteTable table : snapshot.routeTables().values()) {
            for (VirtualHost host : table.virtualHosts()) {
              for (Route route : host.routes()) {
                assertThat(route.action())
                    .as("%s %s %s", table.name(), host.name(), route.name())
                    .isNotInstanceOf(RouteAction.Unsupported.class);
              }
            }
          }
          for (Listener listener : snapshot.listeners()) {
            if (listener.direction() == Listener.Direction.OUTBOUND) {
              for (FilterChain chain : listener.chains()) {
                assertThat(chain.action()).isNotInstanceOf(FilterChainAction.Refuse.class);
              }
            }
          }
          assertThat(snapshot.clusters())
              .allSatisfy(c -> assertThat(c.cluster().unsupported()).isNull());
        });
  }

  @TestFactory
  List<DynamicTest> whatIsRefusedIsInboundPolicyAndTls() {
    return perNode(
        node ->
            assertThat(UnsupportedList.entries(load(node, new ArrayList<>())))
                .filteredOn(e -> e.effect() == Effect.REFUSES)
                .allSatisfy(
                    e ->
                        assertThat(e.until())
                            .as(e.toString())
                            .matches(
                                "mutual TLS|inbound security.*|complete traffic rules: rate.*"))
                .allSatisfy(
                    e ->
                        assertThat(e.type().equals("CDS") ? "virtualInbound" : e.resource())
                            .isEqualTo("virtualInbound")));
  }

  @TestFactory
  List<DynamicTest> everyAuthorizationPolicyIsReadWhole() {
    return perNode(
        node ->
            assertThat(UnsupportedList.entries(load(node, new ArrayList<>())))
                .noneMatch(
                    e -> e.field().contains("rules.policies") || e.detail().contains(".rbac.")));
  }

  @TestFactory
  List<DynamicTest> theRealParserReadsTheWholeConfigDump() {
    return perNode(
        node -> {
          MeshState state = load(node, new ArrayList<>());
          Map<ResourceType, String> versions = Map.of(ResourceType.CLUSTER, "1");
          io.envoyproxy.envoy.admin.v3.ConfigDump dump =
              EnvoyDescriptors.configDump(
                  ConfigDump.json(state, NODE, versions, Optional.empty(), true));

          assertThat(dump.getConfigs(1).unpack(ClustersConfigDump.class))
              .satisfies(clusters -> assertThat(clusters.getVersionInfo()).isEqualTo("1"))
              .extracting(ClustersConfigDump::getDynamicActiveClustersCount)
              .isEqualTo(state.store(ResourceType.CLUSTER).size());
        });
  }

  private static MeshState load(Path node, List<String> errors) {
    FieldTable table = FieldTable.load();
    MeshState state =
        new MeshState(
            new AdsSettings(NODE, 500, false, "", CaptureRules.ALL, HttpsHosts.NONE), table);
    for (ResourceType type : ResourceType.values()) {
      if (type == ResourceType.SECRETS) {
        // No cluster of these nodes names any.
        continue;
      }
      Discovery.Response response = Discovery.read(table, Recordings.response(node, type));
      assertThat(response.typeUrl()).isEqualTo(type.typeUrl());
      Subscription subscription = new Subscription(type);
      Set<String> names = new java.util.HashSet<>();
      response.resources().forEach(r -> names.add(r.name()));
      subscription.want(names);
      state.apply(subscription, response, errors, new ArrayList<>(), 0);
    }
    return state;
  }

  private interface NodeTest {
    void run(Path node) throws Exception;
  }

  private static List<DynamicTest> perNode(NodeTest test) {
    return Recordings.sidecars().stream()
        .map(
            node ->
                DynamicTest.dynamicTest(
                    node.getName(node.getNameCount() - 2) + "/" + node.getFileName(),
                    () -> test.run(node)))
        .toList();
  }
}
