package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.ServicePort.Protocol;
import io.inmesh.control.plane.model.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code virtualInbound}: Istio's PERMISSIVE chains for each port that the workload serves. */
final class InboundListener {
  private static final List<String> MTLS_HTTP =
      List.of("istio-http/1.0", "istio-http/1.1", "istio-h2");
  private static final List<String> MTLS_TCP = List.of("istio-peer-exchange", "istio");
  private static final List<String> MTLS_ANY =
      List.of("istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2");
  private static final List<String> PLAIN_HTTP = List.of("http/1.1", "h2c");
  private static final List<String> HTTP_ALPN = List.of("h2", "http/1.1");
  private static final List<String> TCP_ALPN = List.of("istio-peer-exchange", "h2", "http/1.1");

  private final NodeScope scope;
  private final MeshConfig mesh;
  private final ChainBuilder chains;

  InboundListener(NodeScope scope) {
    this.scope = scope;
    this.mesh = scope.mesh();
    this.chains = new ChainBuilder(mesh);
  }

  Listener build() {
    List<FilterChain> out = new ArrayList<>();
    out.add(chains.blackHole("virtualInbound-blackhole", Names.INBOUND_PORT, true));
    RouteConfiguration passthrough = InboundRoutes.table(Names.INBOUND_PASSTHROUGH, 0, "", true);
    detected(
        out,
        0,
        "virtualInbound-catchall-http",
        Names.VIRTUAL_INBOUND,
        Names.INBOUND_PASSTHROUGH,
        Names.INBOUND_PASSTHROUGH + ";",
        passthrough);
    TreeSet<Integer> notSniffed = new TreeSet<>();
    notSniffed.add(Names.INBOUND_PORT);
    Map<Integer, PortOf> ports = ports();
    ports.forEach(
        (number, port) -> {
          chains(out, number, port);
          if (!port.port.protocol().isSniffed()) {
            notSniffed.add(number);
          }
        });
    return Listener.newBuilder()
        .setName(Names.VIRTUAL_INBOUND)
        .setAddress(Protos.address(OutboundListeners.ANY, Names.INBOUND_PORT))
        .addAllFilterChains(out)
        .addListenerFilters(Filters.originalDst())
        .addListenerFilters(
            Filters.tlsInspector().toBuilder()
                .setFilterDisabled(disabledOn(new TreeSet<>(List.of(Names.INBOUND_PORT)))))
        .addListenerFilters(
            Filters.httpInspector().toBuilder().setFilterDisabled(disabledOn(notSniffed)))
        .setListenerFiltersTimeout(Protos.duration(mesh.protocolDetectionTimeout()))
        .setContinueOnListenerFiltersTimeout(true)
        .setTrafficDirection(TrafficDirection.INBOUND)
        .addAllAccessLog(Filters.noRouteLog(mesh))
        .setMaxConnectionsToAcceptPerSocketEvent(Protos.uint32(1))
        .build();
  }

  private record PortOf(String host, ServicePort port) {}

  /** By target port; the first service that uses one decides, as in istiod. */
  private Map<Integer, PortOf> ports() {
    Map<Integer, PortOf> out = new TreeMap<>();
    for (Workloads.Target target : scope.targets()) {
      for (ServicePort port : target.service().ports()) {
        if (port.protocol() != Protocol.UDP) {
          out.putIfAbsent(
              target.instance().spec().targetPort(port), new PortOf(target.service().host(), port));
        }
      }
    }
    return out;
  }

  private void chains(List<FilterChain> out, int number, PortOf of) {
    String name = OutboundListeners.ANY + "_" + number;
    String cluster = Names.inbound(number);
    String stat = "inbound_" + name + ";";
    Protocol protocol = of.port.protocol();
    RouteConfiguration routes =
        InboundRoutes.table(cluster, of.port.number(), of.host, !protocol.isHttp2());
    if (protocol.isHttp()) {
      out.add(
          mutual(chains.inboundHttp(stat, routes), HTTP_ALPN)
              .setName(name)
              .setFilterChainMatch(match(number, "tls", MTLS_ANY))
              .build());
      out.add(
          chains
              .inboundHttp(stat, routes)
              .setName(name)
              .setFilterChainMatch(match(number, "raw_buffer", List.of()))
              .build());
    } else if (protocol.isSniffed()) {
      detected(out, number, name, name, cluster, stat, routes);
    } else {
      tcp(out, number, name, cluster, false);
    }
  }

  private void detected(
      List<FilterChain> out,
      int number,
      String httpName,
      String tcpName,
      String cluster,
      String stat,
      RouteConfiguration routes) {
    out.add(
        mutual(chains.inboundHttp(stat, routes), HTTP_ALPN)
            .setName(httpName)
            .setFilterChainMatch(match(number, "tls", MTLS_HTTP))
            .build());
    out.add(
        chains
            .inboundHttp(stat, routes)
            .setName(httpName)
            .setFilterChainMatch(match(number, "raw_buffer", PLAIN_HTTP))
            .build());
    tcp(out, number, tcpName, cluster, true);
  }

  private void tcp(
      List<FilterChain> out, int number, String name, String cluster, boolean detected) {
    FilterChain mutual =
        mutual(chains.inboundTcp(cluster), TCP_ALPN)
            .setName(name)
            .setFilterChainMatch(match(number, "tls", detected ? MTLS_TCP : MTLS_ANY))
            .build();
    FilterChain plain =
        chains
            .inboundTcp(cluster)
            .setName(name)
            .setFilterChainMatch(match(number, "raw_buffer", List.of()))
            .build();
    FilterChain ownTls =
        chains
            .inboundTcp(cluster)
            .setName(name)
            .setFilterChainMatch(match(number, "tls", List.of()))
            .build();
    out.add(mutual);
    out.add(detected ? plain : ownTls);
    out.add(detected ? ownTls : plain);
  }

  private FilterChain.Builder mutual(FilterChain.Builder chain, List<String> alpn) {
    return chain.setTransportSocket(Tls.inbound(mesh, alpn));
  }

  private static FilterChainMatch match(int port, String transport, List<String> alpn) {
    FilterChainMatch.Builder out =
        FilterChainMatch.newBuilder()
            .setTransportProtocol(transport)
            .addAllApplicationProtocols(alpn);
    if (port > 0) {
      out.setDestinationPort(Protos.uint32(port));
    }
    return out.build();
  }

  private static ListenerFilterChainMatchPredicate disabledOn(TreeSet<Integer> ports) {
    List<ListenerFilterChainMatchPredicate> rules = new ArrayList<>();
    for (int port : ports) {
      rules.add(
          ListenerFilterChainMatchPredicate.newBuilder()
              .setDestinationPortRange(Int32Range.newBuilder().setStart(port).setEnd(port + 1))
              .build());
    }
    return rules.size() == 1
        ? rules.get(0)
        : ListenerFilterChainMatchPredicate.newBuilder()
            .setOrMatch(ListenerFilterChainMatchPredicate.MatchSet.newBuilder().addAllRules(rules))
            .build();
  }
}
