package io.inmesh.control.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.expr.v1alpha1.Expr;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.Tracing;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.FilterStateMatcher;
import io.inmesh.control.client.EnvoyDescriptors;
import io.inmesh.control.client.wire.FieldClass.Effect;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Nothing that a resource sets is dropped silently. */
class FieldWalkTest {
  private final FieldTable table = FieldTable.load();

  @TestFactory
  List<DynamicTest> anUnknownFieldIsReportedInEveryMessage() {
    return table.names().stream()
        .filter(name -> table.find(name) != null)
        .sorted()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      byte[] unknown =
                          UnknownFieldSet.newBuilder()
                              .addField(
                                  536_000_001,
                                  UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                              .build()
                              .toByteArray();
                      List<Finding> found =
                          FieldWalk.over(WireMessage.parse(table.message(name), unknown), "at");
                      assertThat(found)
                          .anySatisfy(
                              finding -> {
                                assertThat(finding.path()).isEqualTo("at.#536000001");
                                assertThat(finding.fieldClass().effect()).isEqualTo(Effect.REFUSES);
                                assertThat(finding.fieldClass().until()).isNotEmpty();
                              });
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> anUnknownFieldIsReportedBelowEveryField() {
    return table.names().stream()
        .filter(name -> table.find(name) != null && !name.equals("google.protobuf.Any"))
        .sorted()
        .map(name -> DynamicTest.dynamicTest(name, () -> reportedBelow(table.message(name))))
        .toList();
  }

  private void reportedBelow(MessageSchema message) {
    for (FieldSchema field : message.fields()) {
      if (field.kind() == FieldSchema.Kind.MESSAGE) {
        byte[] unknown = new WireWriter().number(536_000_001, 1).toBytes();
        WireWriter child = new WireWriter();
        if (field.mapKey() != null) {
          child.bytes(2, unknown);
        } else {
          child = new WireWriter().number(536_000_001, 1);
        }
        byte[] data = new WireWriter().message(field.number(), child).toBytes();
        assertThat(FieldWalk.over(WireMessage.parse(message, data), ""))
            .as("%s.%s", message.name(), field.name())
            .anySatisfy(f -> assertThat(f.path()).endsWith("#536000001"));
      }
    }
  }

  @Test
  void theSameFieldsAreUnknownToTheRealClasses() {
    assertThat(EnvoyDescriptors.messages().values())
        .allSatisfy(m -> assertThat(m.findFieldByNumber(536_000_001)).isNull());
  }

  @Test
  void anUnknownEnumValueRefuses() {
    byte[] cluster = Cluster.newBuilder().setLbPolicyValue(77).build().toByteArray();
    assertThat(walk("envoy.config.cluster.v3.Cluster", cluster))
        .singleElement()
        .satisfies(f -> assertThat(f.path()).isEqualTo("lb_policy"))
        .satisfies(f -> assertThat(f.detail()).isEqualTo("unknown value 77"))
        .satisfies(f -> assertThat(f.refuses()).isTrue());
  }

  @Test
  void anUnknownTypeRefuses() {
    byte[] route =
        Route.newBuilder()
            .putTypedPerFilterConfig(
                "x", Any.newBuilder().setTypeUrl("type.googleapis.com/acme.Filter").build())
            .build()
            .toByteArray();
    assertThat(walk("envoy.config.route.v3.Route", route))
        .singleElement()
        .satisfies(f -> assertThat(f.path()).isEqualTo("typed_per_filter_config[\"x\"]"))
        .satisfies(f -> assertThat(f.detail()).isEqualTo("unknown type acme.Filter"))
        .satisfies(f -> assertThat(f.refuses()).isTrue());
  }

  @Test
  void aFieldThatIsNotDoneYetSaysWhereAndWhatWillDoIt() {
    byte[] route =
        Route.newBuilder()
            .setMatch(
                RouteMatch.newBuilder()
                    .setPrefix("/")
                    .addFilterState(FilterStateMatcher.newBuilder().setKey("k")))
            .setRoute(RouteAction.newBuilder().setCluster("c"))
            .setTracing(Tracing.getDefaultInstance())
            .build()
            .toByteArray();
    assertThat(walk("envoy.config.route.v3.Route", route))
        .extracting(f -> f.path() + " " + f.fieldClass().effect() + " " + f.fieldClass().until())
        .containsExactly(
            "match.filter_state[0] REFUSES complete traffic rules: matching",
            "tracing DEGRADES Istio metrics, traces and access logs");
  }

  @Test
  void limitsThatMeanNoLimitAreNotReported() {
    assertThat(walk("envoy.config.cluster.v3.Cluster", limit(-1))).isEmpty();
    assertThat(walk("envoy.config.cluster.v3.Cluster", limit(100)))
        .extracting(Finding::shape)
        .containsExactly("circuit_breakers.thresholds.max_connections");
  }

  private static byte[] limit(int connections) {
    return Cluster.newBuilder()
        .setCircuitBreakers(
            CircuitBreakers.newBuilder()
                .addThresholds(
                    CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(UInt32Value.of(connections))))
        .build()
        .toByteArray();
  }

  @Test
  void aWayOfTlsThatIsNotSpokenRefusesByItsPlace() {
    byte[] cluster =
        Cluster.newBuilder()
            .addTransportSocketMatches(
                Cluster.TransportSocketMatch.newBuilder()
                    .setTransportSocket(
                        io.envoyproxy.envoy.config.core.v3.TransportSocket.newBuilder()
                            .setTypedConfig(
                                Any.pack(
                                    UpstreamTlsContext.newBuilder()
                                        .setCommonTlsContext(
                                            CommonTlsContext.newBuilder()
                                                .addTlsCertificates(
                                                    TlsCertificate.getDefaultInstance()))
                                        .build()))))
            .build()
            .toByteArray();
    assertThat(walk("envoy.config.cluster.v3.Cluster", cluster))
        .singleElement()
        .satisfies(f -> assertThat(f.path()).startsWith("transport_socket_matches[0]."))
        .satisfies(f -> assertThat(f.refuses()).isTrue());
  }

  @Test
  void aConditionOfAPolicyRefusesAndTheRestOfItDoesNot() {
    Policy.Builder policy =
        Policy.newBuilder()
            .addPermissions(Permission.newBuilder().setAny(true))
            .addPrincipals(Principal.newBuilder().setAny(true));
    assertThat(walkAny(rules(policy))).isEmpty();
    assertThat(walkAny(rules(policy.setCondition(Expr.getDefaultInstance()))))
        .singleElement()
        .satisfies(f -> assertThat(f.path()).isEqualTo("rules.policies[\"p\"].condition"))
        .satisfies(f -> assertThat(f.refuses()).isTrue());
  }

  private static Any rules(Policy.Builder policy) {
    return Any.pack(
        RBAC.newBuilder()
            .setRules(
                io.envoyproxy
                    .envoy
                    .config
                    .rbac
                    .v3
                    .RBAC
                    .newBuilder()
                    .putPolicies("p", policy.build()))
            .build());
  }

  private List<Finding> walkAny(Any any) {
    return walk("google.protobuf.Any", any.toByteArray());
  }

  @Test
  void hostileNestingEnds() {
    Value value = Value.newBuilder().setBoolValue(true).build();
    for (int i = 0; i < 60; i++) {
      value = Value.newBuilder().setStructValue(Struct.newBuilder().putFields("a", value)).build();
    }
    ByteString deep = value.toByteString();
    assertThatThrownBy(() -> walk("google.protobuf.Value", deep.toByteArray()))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("levels deep");
  }

  private List<Finding> walk(String type, byte[] data) {
    return FieldWalk.over(WireMessage.parse(table.message(type), data), "");
  }
}
