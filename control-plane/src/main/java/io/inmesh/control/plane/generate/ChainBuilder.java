package io.inmesh.control.plane.generate;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathWithEscapedSlashesAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.envoyproxy.envoy.type.v3.Percent;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.MeshConfig.PathNormalization;
import java.util.ArrayList;
import java.util.List;

/** Filter chains: an HTTP connection manager or a TCP proxy behind Istio's filters. */
final class ChainBuilder {
  private static final int CONNECT_TIMEOUT_SECONDS = 15;

  private final MeshConfig mesh;
  private final InboundSecurity security;

  /**
   * @param security the filters of inbound chains; outbound ones have none
   */
  ChainBuilder(MeshConfig mesh, InboundSecurity security) {
    this.mesh = mesh;
    this.security = security;
  }

  /** HTTP towards the mesh, routed by a table that is served by name. */
  FilterChain.Builder outboundHttp(String statPrefix, String routeTable) {
    HttpConnectionManager.Builder manager =
        manager(statPrefix, false)
            .setRds(Rds.newBuilder().setConfigSource(Protos.ads()).setRouteConfigName(routeTable));
    return chain(manager(manager), false, true)
        .setFilterChainMatch(
            FilterChainMatch.newBuilder()
                .setTransportProtocol("raw_buffer")
                .addApplicationProtocols("http/1.1")
                .addApplicationProtocols("h2c"));
  }

  /** HTTP towards the own workload, routed in place; {@code http2} says that its port speaks it. */
  FilterChain.Builder inboundHttp(String statPrefix, RouteConfiguration routes, boolean http2) {
    HttpConnectionManager.Builder manager =
        manager(statPrefix, true)
            .setRouteConfig(routes)
            .setServerName("istio-envoy")
            .setForwardClientCertDetails(ForwardClientCertDetails.APPEND_FORWARD)
            .setSetCurrentClientCertDetails(
                HttpConnectionManager.SetCurrentClientCertDetails.newBuilder()
                    .setSubject(Protos.bool(true))
                    .setDns(true)
                    .setUri(true));
    if (http2) {
      manager.setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance());
    }
    return chain(manager(manager), true, true);
  }

  FilterChain.Builder outboundTcp(TcpProxy.Builder proxy) {
    return chain(tcp(proxy), false, false);
  }

  FilterChain.Builder inboundTcp(String cluster) {
    return chain(tcp(toCluster(cluster)), true, false);
  }

  /** Drops connections to the port that the sidecar itself listens on; without a log. */
  FilterChain blackHole(String name, int port, boolean inbound) {
    return FilterChain.newBuilder()
        .setName(name)
        .setFilterChainMatch(FilterChainMatch.newBuilder().setDestinationPort(Protos.uint32(port)))
        .addAllFilters(Filters.network(inbound, false, List.of(), mesh))
        .addFilters(unlogged(toCluster(Names.BLACK_HOLE)))
        .build();
  }

  static TcpProxy.Builder toCluster(String cluster) {
    return TcpProxy.newBuilder().setStatPrefix(cluster).setCluster(cluster);
  }

  /** The chain for connections that none of a listener's chains wants. */
  FilterChain passthrough(String cluster) {
    List<Filter> filters = new ArrayList<>(Filters.network(false, false, List.of(), mesh));
    filters.add(tcp(toCluster(cluster)));
    return FilterChain.newBuilder()
        .setName(Names.PASSTHROUGH_CHAIN)
        .setFilterChainMatch(FilterChainMatch.getDefaultInstance())
        .addAllFilters(filters)
        .build();
  }

  private FilterChain.Builder chain(Filter last, boolean inbound, boolean http) {
    FilterChain.Builder out =
        FilterChain.newBuilder()
            .addAllFilters(Filters.network(inbound, http, http ? List.of() : security.tcp(), mesh))
            .addFilters(last);
    if (!inbound) {
      out.setTransportSocketConnectTimeout(Protos.seconds(CONNECT_TIMEOUT_SECONDS));
    }
    return out;
  }

  private Filter tcp(TcpProxy.Builder proxy) {
    return unlogged(proxy.addAllAccessLog(Filters.accessLog(mesh)));
  }

  private static Filter unlogged(TcpProxy.Builder proxy) {
    return Filter.newBuilder()
        .setName("envoy.filters.network.tcp_proxy")
        .setTypedConfig(Protos.any(proxy.build()))
        .build();
  }

  private static Filter manager(HttpConnectionManager.Builder manager) {
    return Filter.newBuilder()
        .setName("envoy.filters.network.http_connection_manager")
        .setTypedConfig(Protos.any(manager.build()))
        .build();
  }

  private HttpConnectionManager.Builder manager(String statPrefix, boolean inbound) {
    PathNormalization paths = mesh.pathNormalization();
    boolean merge =
        paths == PathNormalization.MERGE_SLASHES
            || paths == PathNormalization.DECODE_AND_MERGE_SLASHES;
    return HttpConnectionManager.newBuilder()
        .setStatPrefix(statPrefix)
        .addAllHttpFilters(Filters.http(inbound, security.http(), mesh))
        .setTracing(
            Tracing.newBuilder()
                .setClientSampling(Percent.newBuilder().setValue(100))
                .setRandomSampling(Percent.newBuilder().setValue(1))
                .setOverallSampling(Percent.newBuilder().setValue(100)))
        .setStreamIdleTimeout(Protos.ZERO)
        .addAllAccessLog(Filters.accessLog(mesh))
        .setUseRemoteAddress(Protos.bool(false))
        .setProxy100Continue(true)
        .addUpgradeConfigs(
            HttpConnectionManager.UpgradeConfig.newBuilder().setUpgradeType("websocket"))
        .setNormalizePath(Protos.bool(paths != PathNormalization.NONE))
        .setMergeSlashes(merge)
        .setPathWithEscapedSlashesAction(
            paths == PathNormalization.DECODE_AND_MERGE_SLASHES
                ? PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD
                : PathWithEscapedSlashesAction.KEEP_UNCHANGED)
        .setRequestIdExtension(RequestIDExtension.newBuilder().setTypedConfig(requestId()));
  }

  private static Any requestId() {
    return Protos.any(
        UuidRequestIdConfig.newBuilder()
            .setUseRequestIdForTraceSampling(Protos.bool(true))
            .build());
  }
}
