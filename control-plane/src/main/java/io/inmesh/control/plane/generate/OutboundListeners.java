package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.ServicePort.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Listeners for what the workload calls: by service port and address, and the catch-all. */
final class OutboundListeners {
  static final String ANY = "0.0.0.0";

  private final NodeScope scope;
  private final ChainBuilder chains;
  private final L4Routes l4;

  /** One listener while services add their chains; the first service decides its kind. */
  private static final class Draft {
    private final Kind kind;
    private final List<FilterChain> chains = new ArrayList<>();
    private final Set<FilterChainMatch> matches = new HashSet<>();
    private FilterChain byDefault = FilterChain.getDefaultInstance();
    private boolean tlsInspector;

    private Draft(Kind kind) {
      this.kind = kind;
    }

    private void add(FilterChain chain) {
      // Envoy refuses two chains with one match; the first one counts, as in istiod
      if (matches.add(chain.getFilterChainMatch())) {
        chains.add(chain);
      }
    }
  }

  private enum Kind {
    HTTP,
    SNIFFED,
    L4
  }

  OutboundListeners(NodeScope scope) {
    this.scope = scope;
    this.chains = new ChainBuilder(scope.mesh(), InboundSecurity.NONE);
    this.l4 = new L4Routes(scope, chains);
  }

  List<Listener> build() {
    Map<String, Draft> drafts = new TreeMap<>();
    for (Service service : scope.services()) {
      for (ServicePort port : service.ports()) {
        add(drafts, service, port);
      }
    }
    List<Listener> out = new ArrayList<>();
    drafts.forEach((name, draft) -> out.add(finish(name, draft)));
    if (scope.mesh().proxyHttpPort() > 0) {
      out.add(httpProxy(scope.mesh().proxyHttpPort()));
    }
    out.add(virtualOutbound());
    return out;
  }

  private void add(Map<String, Draft> drafts, Service service, ServicePort port) {
    Protocol protocol = port.protocol();
    if (protocol == Protocol.UDP) {
      return;
    }
    if (protocol.isHttp()) {
      http(drafts, port.number());
      return;
    }
    List<String> vips = service.vips();
    if (protocol.isSniffed()) {
      if (vips.isEmpty()) {
        sniffed(drafts, ANY, service, port, Integer.toString(port.number()));
      }
      for (String vip : vips) {
        sniffed(drafts, vip, service, port, service.host() + ":" + port.number());
      }
      return;
    }
    for (String vip : vips) {
      l4(drafts, vip, service, port, List.of());
    }
    if (vips.isEmpty()) {
      l4(drafts, ANY, service, port, service.addresses());
    }
  }

  private void http(Map<String, Draft> drafts, int port) {
    Draft draft = drafts.computeIfAbsent(name(ANY, port), key -> new Draft(Kind.HTTP));
    if (draft.kind == Kind.HTTP && draft.chains.isEmpty()) {
      draft.add(
          chains
              .outboundHttp("outbound_" + ANY + "_" + port + ";", Integer.toString(port))
              .build());
      draft.byDefault = chains.passthrough(scope.passthroughCluster());
    }
  }

  private void sniffed(
      Map<String, Draft> drafts, String bind, Service service, ServicePort port, String table) {
    Draft draft = drafts.computeIfAbsent(name(bind, port.number()), key -> new Draft(Kind.SNIFFED));
    if (draft.kind == Kind.SNIFFED && draft.chains.isEmpty()) {
      draft.add(chains.outboundHttp("outbound_" + bind + "_" + port.number() + ";", table).build());
      draft.byDefault = l4.plain(service, port).clearFilterChainMatch().build();
    }
  }

  private void l4(
      Map<String, Draft> drafts,
      String bind,
      Service service,
      ServicePort port,
      List<String> subnets) {
    Draft draft = drafts.computeIfAbsent(name(bind, port.number()), key -> new Draft(Kind.L4));
    if (draft.kind != Kind.L4) {
      return;
    }
    boolean bySni = port.protocol().isTls() && bind.equals(ANY);
    for (FilterChain chain : l4.chains(service, port, bySni, ranges(subnets))) {
      draft.add(chain);
      draft.tlsInspector |= chain.getFilterChainMatch().getServerNamesCount() > 0;
    }
    boolean conditional =
        draft.chains.stream()
            .noneMatch(c -> c.getFilterChainMatch().equals(FilterChainMatch.getDefaultInstance()));
    draft.byDefault =
        conditional
            ? chains.passthrough(scope.passthroughCluster())
            : FilterChain.getDefaultInstance();
  }

  private Listener finish(String name, Draft draft) {
    int split = name.lastIndexOf('_');
    Listener.Builder out =
        Listener.newBuilder()
            .setName(name)
            .setAddress(
                Protos.address(
                    name.substring(0, split), Integer.parseInt(name.substring(split + 1))))
            .addAllFilterChains(draft.chains)
            .setListenerFiltersTimeout(Protos.duration(scope.mesh().protocolDetectionTimeout()))
            .setContinueOnListenerFiltersTimeout(true)
            .setTrafficDirection(TrafficDirection.OUTBOUND)
            .setBindToPort(Protos.bool(false));
    if (draft.byDefault.getFiltersCount() > 0) {
      out.setDefaultFilterChain(draft.byDefault);
    }
    ListenerFilter inspector =
        draft.tlsInspector
            ? Filters.tlsInspector()
            : draft.kind == Kind.L4 ? null : Filters.httpInspector();
    if (inspector != null) {
      out.addListenerFilters(inspector);
    }
    return out.build();
  }

  private Listener httpProxy(int port) {
    return Listener.newBuilder()
        .setName("127.0.0.1_" + port)
        .setAddress(Protos.address("127.0.0.1", port))
        .addFilterChains(
            chains
                .outboundHttp("outbound_127.0.0.1_" + port + ";", "http_proxy")
                .clearFilterChainMatch())
        .setTrafficDirection(TrafficDirection.OUTBOUND)
        .build();
  }

  private Listener virtualOutbound() {
    return Listener.newBuilder()
        .setName(Names.VIRTUAL_OUTBOUND)
        .setAddress(Protos.address(ANY, Names.OUTBOUND_PORT))
        .addFilterChains(chains.blackHole("virtualOutbound-blackhole", Names.OUTBOUND_PORT, false))
        .addFilterChains(
            chains
                .outboundTcp(ChainBuilder.toCluster(scope.passthroughCluster()))
                .clearTransportSocketConnectTimeout()
                .setName("virtualOutbound-catchall-tcp"))
        .setUseOriginalDst(Protos.bool(true))
        .addAllAccessLog(Filters.noRouteLog(scope.mesh()))
        .setTrafficDirection(TrafficDirection.OUTBOUND)
        .setMaxConnectionsToAcceptPerSocketEvent(Protos.uint32(1))
        .build();
  }

  static List<CidrRange> ranges(List<String> subnets) {
    return subnets.stream().map(Protos::cidr).toList();
  }

  private static String name(String bind, int port) {
    return bind + "_" + port;
  }
}
