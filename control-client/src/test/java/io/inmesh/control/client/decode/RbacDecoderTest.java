package io.inmesh.control.client.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.inmesh.control.client.EnvoyDescriptors;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.authz.Permission;
import io.inmesh.engine.authz.Rbac;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.listener.NetworkFilter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Access control, from Envoy's messages to the engine's rules. */
class RbacDecoderTest {
  private static final String ALL = "{permissions: [{any: true}], principals: [{any: true}]}";

  private final FieldTable table = FieldTable.load();

  // ---- where it stands ----

  @Test
  void requestsAreAskedByAFilterOfTheConnectionManager() {
    var manager = manager(http("rules: {action: DENY, policies: {p: " + ALL + "}}", ""));
    HttpFilter.Rbac rbac = (HttpFilter.Rbac) manager.filters().get(0);
    assertThat(rbac.name()).isEqualTo("access");
    assertThat(rbac.disabled()).isFalse();
    assertThat(Objects.requireNonNull(rbac.filter().rules()).action()).isEqualTo(Rbac.Action.DENY);
    assertThat(rbac.filter().shadowRules()).isNull();
  }

  @Test
  void rulesWithoutAnythingAreRulesAndAbsentOnesAreNone() {
    HttpFilter.Rbac empty = (HttpFilter.Rbac) manager(http("rules: {}", "")).filters().get(0);
    assertThat(empty.filter().rules()).isNotNull();
    HttpFilter.Rbac absent =
        (HttpFilter.Rbac)
            manager(http("shadow_rules: {}, shadow_rules_stat_prefix: dry_", "")).filters().get(0);
    assertThat(absent.filter().rules()).isNull();
    assertThat(absent.filter().shadowRules()).isNotNull();
    assertThat(absent.filter().shadowRulesStatPrefix()).isEqualTo("dry_");
  }

  @Test
  void aDisabledFilterStaysBecauseRoutesMaySwitchItOn() {
    HttpFilter.Rbac rbac =
        (HttpFilter.Rbac) manager(http("rules: {}", ", disabled: true")).filters().get(0);
    assertThat(rbac.disabled()).isTrue();
  }

  @Test
  void connectionsAreAskedBeforeTheLastFilter() {
    FilterChain chain = chain(network("rules: {policies: {p: " + ALL + "}}"));
    assertThat(chain.networkFilters())
        .singleElement()
        .isInstanceOfSatisfying(
            NetworkFilter.Rbac.class, rbac -> assertThat(rbac.filter().asks()).isTrue());
    assertThat(chain.action()).isInstanceOf(FilterChainAction.TcpProxy.class);
  }

  // ---- what is refused, and where ----

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "a condition; rules: {policies: {p: {permissions: [{any: true}], principals: [{any: true}],"
            + " condition: {id: 1}}}}",
        "a tree; matcher: {on_no_match: {}}",
        "a shadow tree; shadow_matcher: {on_no_match: {}}",
        "filter state; rules: {policies: {p: {permissions: [{any: true}], principals:"
            + " [{filter_state: {key: k, string_match: {exact: a}}}]}}}",
        "a matcher extension; rules: {policies: {p: {permissions: [{matcher: {name: m}}],"
            + " principals: [{any: true}]}}}",
        "metadata of the route; rules: {policies: {p: {permissions: [{any: true}], principals:"
            + " [{sourced_metadata: {metadata_source: ROUTE, metadata_matcher: {filter: f, path:"
            + " [{key: k}], value: {present_match: true}}}}]}}}",
      })
  void whatCannotBeAskedRefusesTheChain(String what, String filter) {
    assertThat(chain(http(filter, "")).action())
        .isInstanceOfSatisfying(
            FilterChainAction.Refuse.class, refuse -> assertThat(refuse.http()).isTrue());
    assertThat(chain(http(filter, ", disabled: true")).action())
        .isInstanceOf(FilterChainAction.Refuse.class);
    assertThat(chain(network(filter)).action())
        .isInstanceOfSatisfying(
            FilterChainAction.Refuse.class, refuse -> assertThat(refuse.http()).isFalse());
  }

  @Test
  void whatARouteCannotAskRefusesThatRoute() {
    String condition =
        "{\"@type\": 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBACPerRoute', rbac:"
            + " {rules: {policies: {p: {permissions: [{any: true}], principals: [{any: true}],"
            + " condition: {id: 1}}}}}}";
    String routes =
        "{name: bad, match: {prefix: '/bad'}, route: {cluster: c}, typed_per_filter_config: {access: "
            + condition
            + "}}, {name: good, match: {prefix: '/'}, route: {cluster: c}}";
    var manager =
        manager(
            listener(
                hcm(
                    "route_config: {name: r, virtual_hosts: [{name: h, domains: ['*'], routes: ["
                        + routes
                        + "]}]}")));
    var inline = (FilterChainAction.Routes.Inline) manager.routes();
    assertThat(inline.table().virtualHosts().get(0).routes().get(0).action())
        .isInstanceOf(io.inmesh.engine.route.RouteAction.Unsupported.class);
    assertThat(inline.table().virtualHosts().get(0).routes().get(1).action())
        .isInstanceOf(io.inmesh.engine.route.RouteAction.Forward.class);
  }

  // ---- what Envoy rejects ----

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "{permissions: [], principals: [{any: true}]}; Permissions: value must contain at least 1",
        "{permissions: [{any: true}], principals: []}; Principals: value must contain at least 1",
        "{permissions: [{any: false}], principals: [{any: true}]}; Permission.Any: value must equal",
        "{permissions: [{}], principals: [{any: true}]}; Permission.Rule: is required",
        "{permissions: [{any: true}], principals: [{}]}; Principal.Identifier: is required",
        "{permissions: [{and_rules: {}}], principals: [{any: true}]}; Set.Rules: value must contain",
        "{permissions: [{any: true}], principals: [{or_ids: {}}]}; Set.Ids: value must contain",
        "{permissions: [{destination_port: 65536}], principals: [{any: true}]}; value must be less",
        "{permissions: [{destination_port_range: {start: 5, end: 5}}], principals: [{any: true}]};"
            + " range start 5 cannot be greater or equal than range end 5",
      })
  void whatIsNoPolicyIsRejected(String policy, String reason) {
    assertThatThrownBy(() -> chain(http("rules: {policies: {p: " + policy + "}}", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aRangeWithoutALengthIsAllAddresses() {
    assertThat(
            Matchers.cidr(
                wire(
                    io.envoyproxy.envoy.config.core.v3.CidrRange.newBuilder()
                        .setAddressPrefix("10.0.0.0")
                        .build())))
        .isEqualTo(
            new Permission.DestinationIp(io.inmesh.engine.net.Cidr.parse("0.0.0.0/0")).range());
  }

  // ---- the messages around it ----

  private static String http(String rbac, String more) {
    return listener(
        hcm(
            "rds: {route_config_name: r}, http_filters: [{name: access, typed_config: {\"@type\":"
                + " 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC', "
                + rbac
                + "}"
                + more
                + "}]"));
  }

  private static String network(String rbac) {
    return listener(
        "{name: access, typed_config: {\"@type\":"
            + " 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC', stat_prefix: s, "
            + rbac
            + "}}, {name: tcp, typed_config: {\"@type\":"
            + " 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',"
            + " stat_prefix: s, cluster: c}}");
  }

  private static String hcm(String fields) {
    return "{name: hcm, typed_config: {\"@type\":"
        + " 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',"
        + " stat_prefix: s, "
        + fields
        + "}}";
  }

  private static String listener(String filters) {
    return "{name: l, address: {socket_address: {address: '0.0.0.0', port_value: 80}}, filter_chains:"
        + " [{filters: ["
        + filters
        + "]}]}";
  }

  private FilterChainAction.HttpConnectionManager manager(String listener) {
    return (FilterChainAction.HttpConnectionManager) chain(listener).action();
  }

  private FilterChain chain(String listener) {
    Listener.Builder read = Listener.newBuilder();
    try {
      JsonFormat.parser().usingTypeRegistry(EnvoyDescriptors.types()).merge(listener, read);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    List<FilterChain> chains =
        new ListenerDecoder(table, new Interner()).decode("l", wire(read.build())).value().chains();
    return chains.get(0);
  }

  private WireMessage wire(Message message) {
    return WireMessage.parse(
        table.message(message.getDescriptorForType().getFullName()), message.toByteArray());
  }
}
