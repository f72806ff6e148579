package io.inmesh.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
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
  List<DynamicTest> theConfigDumpIsWhatTheRealParserReads() {
    return perNode(
        node -> {
          String json =
              ConfigDump.json(
                  load(node, new ArrayList<>()), NODE, Map.of(ResourceType.CLUSTER, "1"), true);
          assertThat(json).contains("envoy.admin.v3.ListenersConfigDump", "\"@type\"");
          com.google.gson.JsonObject dump =
              com.google.gson.JsonParser.parseString(json).getAsJsonObject();
          int read = 0;
          for (com.google.gson.JsonElement config : dump.getAsJsonArray("configs")) {
            for (String list : Set.of("dynamicRouteConfigs", "dynamicEndpointConfigs")) {
              if (config.getAsJsonObject().has(list)) {
                for (com.google.gson.JsonElement entry :
                    config.getAsJsonObject().getAsJsonArray(list)) {
                  com.google.gson.JsonObject held = entry.getAsJsonObject();
                  String field = held.has("routeConfig") ? "routeConfig" : "endpointConfig";
                  com.google.protobuf.Any.Builder any = com.google.protobuf.Any.newBuilder();
                  JsonFormat.parser()
                      .usingTypeRegistry(EnvoyDescriptors.types())
                      .merge(held.get(field).toString(), any);
                  assertThat(any.getTypeUrl()).startsWith("type.googleapis.com/envoy.config");
                  read++;
                }
              }
            }
          }
          assertThat(read).isPositive();
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
