package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.inmesh.control.plane.generate.InboundChains.Chain;
import io.inmesh.control.plane.generate.InboundChains.Kind;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.PeerAuthentications;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.ServicePort.Protocol;
import io.inmesh.control.plane.model.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code virtualInbound}: the chains of all other ports, then those of each port served. */
final class InboundListener {
  private static final List<String> HTTP_ALPN = List.of("h2", "http/1.1");
  private static final List<String> TCP_ALPN = List.of("istio-peer-exchange", "h2", "http/1.1");

  private final NodeScope scope;
  private final MeshConfig mesh;
  private final ChainBuilder chains;
  private final Inspectors inspectors = new Inspectors();
  private final List<FilterChain> out = new ArrayList<>();

  InboundListener(NodeScope scope) {
    this.scope = scope;
    this.mesh = scope.mesh();
    this.chains = new ChainBuilder(mesh, InboundSecurity.of(scope));
  }

  Listener build() {
    out.add(chains.blackHole("virtualInbound-blackhole", Names.INBOUND_PORT, true));
    inspectors.add(Names.INBOUND_PORT, List.of());
    PeerAuthentications.Modes modes = scope.inboundTls();
    Map<Integer, Destination> served = served();
    add(InboundChains.of(modes.mode(), Protocol.UNSUPPORTED), passthrough(Inspectors.ANY_PORT));
    modes
        .ports()
        .forEach(
            (port, mode) -> {
              if (!served.containsKey(port)) {
                add(InboundChains.of(mode, Protocol.UNSUPPORTED), passthrough(port));
              }
            });
    served.forEach(
        (port, destination) ->
            add(InboundChains.of(modes.onPort(port), destination.protocol), destination));
    return Listener.newBuilder()
        .setName(Names.VIRTUAL_INBOUND)
        .setAddress(Protos.address(OutboundListeners.ANY, Names.INBOUND_PORT))
        .addAllFilterChains(out)
        .addListenerFilters(Filters.originalDst())
        .addAllListenerFilters(inspectors.filters())
        .setListenerFiltersTimeout(Protos.duration(mesh.protocolDetectionTimeout()))
        .setContinueOnListenerFiltersTimeout(true)
        .setTrafficDirection(TrafficDirection.INBOUND)
        .addAllAccessLog(Filters.noRouteLog(mesh))
        .setMaxConnectionsToAcceptPerSocketEvent(Protos.uint32(1))
        .build();
  }

  /** Where the chains of a port lead, and how they are called. */
  private record Destination(
      int port,
      Protocol protocol,
      String httpName,
      String tcpName,
      String cluster,
      String statPrefix,
      RouteConfiguration routes) {}

  private static Destination passthrough(int port) {
    return new Destination(
        port,
        Protocol.UNSUPPORTED,
        "virtualInbound-catchall-http",
        Names.VIRTUAL_INBOUND,
        Names.INBOUND_PASSTHROUGH,
        Names.INBOUND_PASSTHROUGH + ";",
        InboundRoutes.table(Names.INBOUND_PASSTHROUGH, 0, "", true));
  }

  private static Destination served(int port, String host, ServicePort of) {
    String name = OutboundListeners.ANY + "_" + port;
    String cluster = Names.inbound(port);
    return new Destination(
        port,
        of.protocol(),
        name,
        name,
        cluster,
        "inbound_" + name + ";",
        InboundRoutes.table(cluster, of.number(), host, !of.protocol().isHttp2()));
  }

  /** By target port; the first service that uses one decides, as in istiod. */
  private Map<Integer, Destination> served() {
    Map<Integer, Destination> ports = new TreeMap<>();
    for (Workloads.Target target : scope.targets()) {
      for (ServicePort port : target.service().ports()) {
        if (port.protocol() != Protocol.UDP) {
          int number = target.instance().spec().targetPort(port);
          ports.putIfAbsent(number, served(number, target.service().host(), port));
        }
      }
    }
    return ports;
  }

  private void add(List<Chain> kinds, Destination to) {
    inspectors.add(to.port, kinds);
    for (Chain kind : kinds) {
      boolean http = kind.kind() == Kind.HTTP;
      FilterChain.Builder chain =
          http
              ? chains.inboundHttp(to.statPrefix, to.routes, to.protocol.isHttp2())
              : chains.inboundTcp(to.cluster);
      if (kind.terminates()) {
        chain.setTransportSocket(Tls.inbound(mesh, http ? HTTP_ALPN : TCP_ALPN));
      }
      out.add(
          chain
              .setName(http ? to.httpName : to.tcpName)
              .setFilterChainMatch(match(to.port, kind))
              .build());
    }
  }

  private static FilterChainMatch match(int port, Chain kind) {
    FilterChainMatch.Builder match =
        FilterChainMatch.newBuilder()
            .setTransportProtocol(kind.transport())
            .addAllApplicationProtocols(kind.alpn());
    if (port != Inspectors.ANY_PORT) {
      match.setDestinationPort(Protos.uint32(port));
    }
    return match.build();
  }
}
