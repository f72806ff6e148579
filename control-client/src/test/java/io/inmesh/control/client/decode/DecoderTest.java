package io.inmesh.control.client.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.FilterStateMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.Finding;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.TransportSocket.AutoNames;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.PathRewrite;
import io.inmesh.engine.route.RouteTable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** From Envoy's resources to the engine's records. */
class DecoderTest {
  private static final String HTTP_OPTIONS =
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private final FieldTable table = FieldTable.load();
  private final Interner interner = new Interner();

  // ---- routes ----

  @Test
  void aRouteKeepsAllThatItSays() {
    Route route =
        Route.newBuilder()
            .setName("beta")
            .setMatch(
                RouteMatch.newBuilder()
                    .setPath("/items")
                    .setCaseSensitive(BoolValue.of(false))
                    .addHeaders(HeaderMatcher.newBuilder().setName("x-beta").setPresentMatch(true)))
            .setRoute(
                RouteAction.newBuilder()
                    .setCluster("c")
                    .setPrefixRewrite("/v2")
                    .setHostRewriteLiteral("other")
                    .setTimeout(Duration.newBuilder().setSeconds(3))
                    .setRetryPolicy(
                        RetryPolicy.newBuilder()
                            .setRetryOn("5xx,connect-failure")
                            .setNumRetries(UInt32Value.of(4))))
            .addRequestHeadersToAdd(
                HeaderValueOption.newBuilder()
                    .setHeader(HeaderValue.newBuilder().setKey("X-A").setValue("b")))
            .putTypedPerFilterConfig(
                "envoy.filters.http.fault",
                Any.pack(
                    HTTPFault.newBuilder()
                        .setDelay(
                            FaultDelay.newBuilder()
                                .setFixedDelay(Duration.newBuilder().setSeconds(2))
                                .setPercentage(FractionalPercent.newBuilder().setNumerator(50)))
                        .build()))
            .build();
    io.inmesh.engine.route.Route read = routes(route).virtualHosts().get(0).routes().get(0);
    assertThat(read.match().path()).isEqualTo(new PathMatcher.Exact("/items", false));
    assertThat(read.match().headers()).hasSize(1);
    var forward = (io.inmesh.engine.route.RouteAction.Forward) read.action();
    assertThat(forward.cluster()).isEqualTo(new ClusterSpecifier.Single("c"));
    assertThat(forward.pathRewrite()).isEqualTo(new PathRewrite.Prefix("/v2"));
    assertThat(forward.timeouts().timeout()).isEqualTo(java.time.Duration.ofSeconds(3));
    assertThat(Objects.requireNonNull(forward.retryPolicy()).numRetries()).isEqualTo(4);
    assertThat(read.requestHeaders().adds()).hasSize(1);
    assertThat(Objects.requireNonNull(read.filters().fault()).delay()).isNotNull();
  }

  @Test
  void redirectsAndDirectResponsesAreRead() {
    RouteTable read =
        routes(
            Route.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPrefix("/a"))
                .setRedirect(
                    RedirectAction.newBuilder()
                        .setHostRedirect("new")
                        .setResponseCode(RedirectAction.RedirectResponseCode.FOUND))
                .build(),
            Route.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPrefix("/b"))
                .setDirectResponse(
                    DirectResponseAction.newBuilder()
                        .setStatus(418)
                        .setBody(
                            io.envoyproxy.envoy.config.core.v3.DataSource.newBuilder()
                                .setInlineString("tea")))
                .build());
    List<io.inmesh.engine.route.Route> all = read.virtualHosts().get(0).routes();
    var redirect = (io.inmesh.engine.route.RouteAction.Redirect) all.get(0).action();
    assertThat(redirect.status()).isEqualTo(302);
    assertThat(redirect.host()).isEqualTo("new");
    assertThat(all.get(1).action())
        .isEqualTo(new io.inmesh.engine.route.RouteAction.DirectResponse(418, "tea"));
  }

  @Test
  void aMatchThatCannotBeToldApartAnswersForTheRestOfIt() {
    RouteTable read =
        routes(
            Route.newBuilder()
                .setMatch(
                    RouteMatch.newBuilder()
                        .setPrefix("/admin")
                        .addFilterState(FilterStateMatcher.newBuilder().setKey("k")))
                .setRoute(RouteAction.newBuilder().setCluster("c"))
                .build());
    io.inmesh.engine.route.Route route = read.virtualHosts().get(0).routes().get(0);
    assertThat(route.match().path()).isEqualTo(new PathMatcher.Prefix("/admin", true));
    assertThat(route.action())
        .isEqualTo(
            new io.inmesh.engine.route.RouteAction.Unsupported(
                "virtual_hosts[0].routes[0].match.filter_state[0]"));
  }

  @Test
  void aFormatCommandThatTheEngineDoesNotKnowIsContained() {
    Decoded<RouteTable> read =
        decodeRoutes(
            Route.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRoute(RouteAction.newBuilder().setCluster("c"))
                .addRequestHeadersToAdd(
                    HeaderValueOption.newBuilder()
                        .setHeader(
                            HeaderValue.newBuilder().setKey("a").setValue("%START_TIME(%s)%")))
                .build());
    assertThat(read.value().virtualHosts().get(0).routes().get(0).action())
        .isInstanceOf(io.inmesh.engine.route.RouteAction.Unsupported.class);
    assertThat(read.findings()).singleElement().satisfies(f -> assertThat(f.refuses()).isTrue());
  }

  @Test
  void whatEnvoyRejectsIsRejectedWithItsReason() {
    assertThatThrownBy(() -> routes(Route.newBuilder().build()))
        .hasMessage("Route.match: value is required");
    assertThatThrownBy(
            () ->
                routes(
                    Route.newBuilder()
                        .setMatch(RouteMatch.getDefaultInstance())
                        .setRoute(RouteAction.newBuilder().setCluster("c"))
                        .build()))
        .hasMessage("RouteMatch.path_specifier: is required");
    assertThatThrownBy(
            () ->
                routes(
                    Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRoute(RouteAction.getDefaultInstance())
                        .build()))
        .hasMessage("RouteAction.cluster_specifier: is required");
  }

  private RouteTable routes(Route... routes) {
    return decodeRoutes(routes).value();
  }

  private Decoded<RouteTable> decodeRoutes(Route... routes) {
    RouteConfiguration configuration =
        RouteConfiguration.newBuilder()
            .setName("8080")
            .addVirtualHosts(
                VirtualHost.newBuilder().setName("h").addDomains("*").addAllRoutes(List.of(routes)))
            .build();
    return new RouteDecoder(table, interner).decode("8080", wire(configuration));
  }

  // ---- listeners ----

  @Test
  void aRefusedFilterRefusesItsChainAndNoOther() {
    Any unknown = Any.newBuilder().setTypeUrl("type.googleapis.com/acme.Filter").build();
    Listener listener =
        listener(
            http(HttpFilter.newBuilder().setName("acme").setTypedConfig(unknown)).toBuilder()
                .setFilterChainMatch(
                    FilterChainMatch.newBuilder().setDestinationPort(UInt32Value.of(80)))
                .build(),
            tcp("other"));
    var read = new ListenerDecoder(table, interner).decode("l", wire(listener)).value();
    assertThat(read.chains().get(0).action())
        .isEqualTo(
            new FilterChainAction.Refuse(
                "unsupported{filter_chains[0].filters[0].typed_config.http_filters[0].typed_config}",
                true));
    assertThat(read.chains().get(0).match().destinationPort()).isEqualTo(80);
    assertThat(read.chains().get(1).action()).isInstanceOf(FilterChainAction.TcpProxy.class);
  }

  @Test
  void aDisabledFilterRefusesNothing() {
    Any unknown = Any.newBuilder().setTypeUrl("type.googleapis.com/acme.Filter").build();
    var disabled = HttpFilter.newBuilder().setTypedConfig(unknown).setDisabled(true);
    var read =
        new ListenerDecoder(table, interner).decode("l", wire(listener(http(disabled)))).value();
    assertThat(read.chains().get(0).action())
        .isInstanceOf(FilterChainAction.HttpConnectionManager.class);
  }

  @Test
  void anInlineTableContainsItsOwnRoutes() {
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setRouteConfig(
                RouteConfiguration.newBuilder()
                    .setName("inline")
                    .addVirtualHosts(
                        VirtualHost.newBuilder()
                            .setName("h")
                            .addDomains("*")
                            .addRoutes(
                                Route.newBuilder()
                                    .setMatch(
                                        RouteMatch.newBuilder()
                                            .setPrefix("/")
                                            .setTlsContext(
                                                RouteMatch.TlsContextMatchOptions
                                                    .getDefaultInstance()))
                                    .setRoute(RouteAction.newBuilder().setCluster("c")))))
            .build();
    var read =
        new ListenerDecoder(table, interner).decode("l", wire(listener(chain(manager)))).value();
    var action = (FilterChainAction.HttpConnectionManager) read.chains().get(0).action();
    var inline = (FilterChainAction.Routes.Inline) action.routes();
    assertThat(inline.table().virtualHosts().get(0).routes().get(0).action())
        .isInstanceOf(io.inmesh.engine.route.RouteAction.Unsupported.class);
  }

  @Test
  void aManagerTracesWhereItSaysHowWhateverItSays() {
    HttpConnectionManager.Builder manager =
        HttpConnectionManager.newBuilder().setRds(Rds.newBuilder().setRouteConfigName("80"));
    assertThat(traces(manager)).isFalse();
    assertThat(traces(manager.setTracing(HttpConnectionManager.Tracing.getDefaultInstance())))
        .isTrue();
  }

  private boolean traces(HttpConnectionManager.Builder manager) {
    var read =
        new ListenerDecoder(table, interner)
            .decode("l", wire(listener(chain(manager.build()))))
            .value();
    return ((FilterChainAction.HttpConnectionManager) read.chains().get(0).action()).tracing();
  }

  private static Listener listener(FilterChain... chains) {
    return Listener.newBuilder()
        .setName("l")
        .setAddress(address("0.0.0.0", 80))
        .addAllFilterChains(List.of(chains))
        .build();
  }

  private static FilterChain http(HttpFilter.Builder filter) {
    return chain(
        HttpConnectionManager.newBuilder()
            .setRds(Rds.newBuilder().setRouteConfigName("80"))
            .addHttpFilters(filter)
            .build());
  }

  private static FilterChain tcp(String cluster) {
    return chain(TcpProxy.newBuilder().setCluster(cluster).build());
  }

  private static FilterChain chain(Message filter) {
    return FilterChain.newBuilder()
        .addFilters(Filter.newBuilder().setTypedConfig(Any.pack(filter)))
        .build();
  }

  // ---- clusters and endpoints ----

  @Test
  void tlsIsDecidedForEachEndpoint() {
    Cluster cluster =
        Cluster.newBuilder()
            .setName("c")
            .addTransportSocketMatches(
                Cluster.TransportSocketMatch.newBuilder()
                    .setName("tlsMode-istio")
                    .setMatch(
                        Struct.newBuilder()
                            .putFields(
                                "tlsMode", Value.newBuilder().setStringValue("istio").build()))
                    .setTransportSocket(
                        socket(UpstreamTlsContext.newBuilder().setSni("s").build())))
            .addTransportSocketMatches(
                Cluster.TransportSocketMatch.newBuilder()
                    .setName("tlsMode-disabled")
                    .setMatch(Struct.getDefaultInstance())
                    .setTransportSocket(socket(RawBuffer.getDefaultInstance())))
            .build();
    var read = new ClusterDecoder(table, interner).decode("c", wire(cluster)).value();
    assertThat(read.unsupported()).isNull();
    Endpoint plain = new Endpoint("127.0.0.1", 80);
    Endpoint mesh =
        new Endpoint(
            "127.0.0.1",
            80,
            "",
            io.inmesh.engine.cluster.HealthStatus.HEALTHY,
            1,
            Map.of("tlsMode", "istio"),
            "");
    assertThat(read.transportSecurity().socketFor(plain))
        .isInstanceOf(io.inmesh.engine.cluster.TransportSocket.RawBuffer.class);
    assertThat(read.transportSecurity().socketFor(mesh))
        .isInstanceOf(io.inmesh.engine.cluster.TransportSocket.Tls.class);
  }

  // Envoy still reads the cluster's own field.
  @SuppressWarnings("deprecation")
  @Test
  void theNameThatIsCalledMayDecideAboutThePeer() {
    UpstreamHttpProtocolOptions byName =
        UpstreamHttpProtocolOptions.newBuilder()
            .setAutoSni(true)
            .setAutoSanValidation(true)
            .build();
    Cluster.Builder cluster =
        Cluster.newBuilder()
            .setName("c")
            .setTransportSocket(socket(UpstreamTlsContext.getDefaultInstance()));
    assertThat(tls(cluster).names()).isEqualTo(AutoNames.NONE);

    AutoNames called = new AutoNames(true, true, false, false);
    cluster.setUpstreamHttpProtocolOptions(byName);
    assertThat(tls(cluster).names()).as("of the cluster").isEqualTo(called);

    cluster.putTypedExtensionProtocolOptions(
        HTTP_OPTIONS, Any.pack(HttpProtocolOptions.getDefaultInstance()));
    assertThat(tls(cluster).names()).as("the extension replaces it").isEqualTo(AutoNames.NONE);

    cluster.putTypedExtensionProtocolOptions(
        HTTP_OPTIONS,
        Any.pack(HttpProtocolOptions.newBuilder().setUpstreamHttpProtocolOptions(byName).build()));
    assertThat(tls(cluster).names()).as("of the extension").isEqualTo(called);
  }

  @Test
  void theNameOfTheHostMayDecideAboutThePeer() {
    UpstreamTlsContext.Builder byHost =
        UpstreamTlsContext.newBuilder().setAutoHostSni(true).setAutoSniSanValidation(true);
    byHost
        .getCommonTlsContextBuilder()
        .getValidationContextSdsSecretConfigBuilder()
        .setName("ROOTCA");
    assertThat(
            tls(Cluster.newBuilder().setName("c").setTransportSocket(socket(byHost.build())))
                .names())
        .isEqualTo(new AutoNames(false, false, true, true));
  }

  @Test
  void aNameThatNobodyVouchesForIsRejected() {
    Cluster cluster =
        Cluster.newBuilder()
            .setName("c")
            .setTransportSocket(
                socket(UpstreamTlsContext.newBuilder().setAutoSniSanValidation(true).build()))
            .build();
    assertThatThrownBy(() -> new ClusterDecoder(table, interner).decode("c", wire(cluster)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without configuring a trusted CA");
  }

  @Test
  void aNameOfAnotherHeaderIsRefused() {
    HttpProtocolOptions options =
        HttpProtocolOptions.newBuilder()
            .setUpstreamHttpProtocolOptions(
                UpstreamHttpProtocolOptions.newBuilder()
                    .setAutoSni(true)
                    .setOverrideAutoSniHeader("x-name"))
            .build();
    Cluster cluster =
        Cluster.newBuilder()
            .setName("c")
            .putTypedExtensionProtocolOptions(HTTP_OPTIONS, Any.pack(options))
            .build();
    assertThat(new ClusterDecoder(table, interner).decode("c", wire(cluster)).value().unsupported())
        .contains("override_auto_sni_header");
  }

  private io.inmesh.engine.cluster.TransportSocket.Tls tls(Cluster.Builder cluster) {
    var read = new ClusterDecoder(table, interner).decode("c", wire(cluster.build())).value();
    assertThat(read.unsupported()).isNull();
    return (io.inmesh.engine.cluster.TransportSocket.Tls)
        read.transportSecurity().socketFor(new Endpoint("127.0.0.1", 80));
  }

  private static TransportSocket socket(Message config) {
    return TransportSocket.newBuilder().setTypedConfig(Any.pack(config)).build();
  }

  @Test
  void aTransportSocketThatIsNotKnownMakesNoConnection() {
    Cluster cluster =
        Cluster.newBuilder()
            .setName("c")
            .setTransportSocket(
                TransportSocket.newBuilder()
                    .setTypedConfig(Any.newBuilder().setTypeUrl("type.googleapis.com/acme.Socket")))
            .build();
    var read = new ClusterDecoder(table, interner).decode("c", wire(cluster)).value();
    assertThat(read.transportSecurity().fallback())
        .isEqualTo(
            new io.inmesh.engine.cluster.TransportSocket.Unsupported(
                "transport_socket.typed_config"));
  }

  @Test
  void endpointsKeepWeightHealthLabelsAndWorkload() {
    LbEndpoint endpoint =
        endpoint("10.0.0.1", 8080).toBuilder()
            .setLoadBalancingWeight(UInt32Value.of(7))
            .setMetadata(
                Metadata.newBuilder()
                    .putFilterMetadata("envoy.transport_socket_match", text("tlsMode", "istio"))
                    .putFilterMetadata("istio", text("workload", "a;b;c;d;e")))
            .build();
    var read = endpoints(endpoint).localities().get(0).endpoints().get(0);
    assertThat(read.socketAddress()).isEqualTo("10.0.0.1:8080");
    assertThat(read.weight()).isEqualTo(7);
    assertThat(read.transportLabels()).containsEntry("tlsMode", "istio");
    assertThat(read.workload()).isEqualTo("a;b;c;d;e");
  }

  @Test
  void anEndpointThatCannotBeReachedIsLeftOutAndTheOthersStay() {
    LbEndpoint pipe =
        LbEndpoint.newBuilder()
            .setEndpoint(
                io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                    .setAddress(Address.newBuilder().setPipe(Pipe.newBuilder().setPath("/s"))))
            .build();
    assertThat(endpoints(pipe, endpoint("10.0.0.2", 80)).localities().get(0).endpoints())
        .extracting(Endpoint::address)
        .containsExactly("10.0.0.2");
  }

  private io.inmesh.engine.cluster.ClusterLoadAssignment endpoints(LbEndpoint... endpoints) {
    ClusterLoadAssignment assignment =
        ClusterLoadAssignment.newBuilder()
            .setClusterName("c")
            .addEndpoints(LocalityLbEndpoints.newBuilder().addAllLbEndpoints(List.of(endpoints)))
            .build();
    return new EndpointDecoder(table, interner).decode("c", wire(assignment)).value();
  }

  private static LbEndpoint endpoint(String ip, int port) {
    return LbEndpoint.newBuilder()
        .setEndpoint(
            io.envoyproxy.envoy.config.endpoint.v3.Endpoint.newBuilder()
                .setAddress(address(ip, port)))
        .build();
  }

  private static Address address(String ip, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
        .build();
  }

  private static Struct text(String key, String value) {
    return Struct.newBuilder()
        .putFields(key, Value.newBuilder().setStringValue(value).build())
        .build();
  }

  @Test
  void nothingOfTheMainJobIsRefused() {
    // A resource with one of everything that the first release promises.
    Route everything =
        Route.newBuilder()
            .setMatch(
                RouteMatch.newBuilder()
                    .setPathSeparatedPrefix("/a")
                    .setGrpc(RouteMatch.GrpcRouteMatchOptions.getDefaultInstance()))
            .setRoute(
                RouteAction.newBuilder()
                    .setClusterHeader("x-cluster")
                    .setAutoHostRewrite(BoolValue.of(true))
                    .setMaxStreamDuration(
                        RouteAction.MaxStreamDuration.newBuilder()
                            .setMaxStreamDuration(Duration.newBuilder().setSeconds(1)))
                    .setAppendXForwardedHost(true))
            .build();
    assertThat(decodeRoutes(everything).findings().stream().filter(Finding::refuses)).isEmpty();
  }

  private WireMessage wire(Message message) {
    return WireMessage.parse(
        table.message(message.getDescriptorForType().getFullName()), message.toByteArray());
  }
}
