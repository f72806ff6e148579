package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.type.v3.HashPolicy;
import io.inmesh.control.plane.model.Destination;
import io.inmesh.control.plane.model.HttpMatch;
import io.inmesh.control.plane.model.L4Route;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.VirtualService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Filter chains for TCP and TLS ports: what VirtualServices say, else the service itself. */
final class L4Routes {
  private final NodeScope scope;
  private final ChainBuilder chains;

  L4Routes(NodeScope scope, ChainBuilder chains) {
    this.scope = scope;
    this.chains = chains;
  }

  /**
   * The chains of one service port.
   *
   * @param bySni whether the listener is shared, so that only the server name tells services apart
   * @param ranges destinations of a service that is known by subnets
   */
  List<FilterChain> chains(
      Service service, ServicePort port, boolean bySni, List<CidrRange> ranges) {
    List<FilterChain> out = new ArrayList<>();
    boolean complete = false;
    for (VirtualService vs : scope.virtualServices()) {
      if (vs.hosts().stream().noneMatch(service::matches)) {
        continue;
      }
      if (port.protocol().isTls()) {
        for (L4Route route : vs.tls()) {
          complete |= add(out, vs, route, service, port, ranges);
        }
      } else {
        for (L4Route route : vs.tcp()) {
          complete |= add(out, vs, route, service, port, ranges);
          if (complete) {
            break;
          }
        }
      }
    }
    if (!complete && (out.isEmpty() || !port.protocol().isTls())) {
      out.add(
          plain(service, port)
              .setFilterChainMatch(match(bySni ? List.of(service.host()) : List.of(), ranges))
              .build());
    }
    return out.stream().map(L4Routes::withoutEmptyMatch).toList();
  }

  /** The chain that simply goes to the service. */
  FilterChain.Builder plain(Service service, ServicePort port) {
    return chains.outboundTcp(
        options(
            ChainBuilder.toCluster(Names.outbound(port.number(), "", service.host())),
            service,
            port.number(),
            ""));
  }

  /** Adds the chains of one route; true when it takes every connection of the port. */
  private boolean add(
      List<FilterChain> out,
      VirtualService vs,
      L4Route route,
      Service service,
      ServicePort port,
      List<CidrRange> ranges) {
    if (route.matches().isEmpty()) {
      out.add(
          chain(vs, route, service, port).setFilterChainMatch(match(List.of(), ranges)).build());
      return true;
    }
    boolean all = false;
    for (L4Route.Match match : route.matches()) {
      if (!applies(match, port.number())) {
        continue;
      }
      List<CidrRange> subnets =
          match.destinationSubnets().isEmpty()
              ? ranges
              : OutboundListeners.ranges(match.destinationSubnets());
      out.add(
          chain(vs, route, service, port)
              .setFilterChainMatch(match(match.sniHosts(), subnets))
              .build());
      all |= match.sniHosts().isEmpty() && match.destinationSubnets().isEmpty();
    }
    return all;
  }

  private boolean applies(L4Route.Match match, int port) {
    return (match.port() == 0 || match.port() == port)
        && (match.gateways().isEmpty() || match.gateways().contains(HttpMatch.MESH))
        && scope.node().labels().entrySet().containsAll(match.sourceLabels().entrySet())
        && (match.sourceNamespace().isEmpty()
            || match.sourceNamespace().equals(scope.node().namespace()));
  }

  private FilterChain.Builder chain(
      VirtualService vs, L4Route route, Service service, ServicePort port) {
    List<L4Route.Weighted> destinations = route.destinations();
    L4Route.Weighted first = destinations.get(0);
    TcpProxy.Builder proxy;
    if (destinations.size() == 1) {
      proxy = ChainBuilder.toCluster(cluster(first.destination(), port.number()));
    } else {
      TcpProxy.WeightedCluster.Builder weighted = TcpProxy.WeightedCluster.newBuilder();
      for (L4Route.Weighted destination : destinations) {
        if (destination.weight() > 0) {
          weighted.addClusters(
              TcpProxy.WeightedCluster.ClusterWeight.newBuilder()
                  .setName(cluster(destination.destination(), port.number()))
                  .setWeight(destination.weight()));
        }
      }
      proxy =
          TcpProxy.newBuilder()
              .setStatPrefix(vs.meta().name() + "." + vs.meta().namespace())
              .setWeightedClusters(weighted);
    }
    Service target = scope.service(first.destination().host());
    int targetPort = first.destination().port() == 0 ? port.number() : first.destination().port();
    return chains
        .outboundTcp(
            options(
                proxy, target == null ? service : target, targetPort, first.destination().subset()))
        .setMetadata(Protos.configMetadata(vs.meta().configPath()));
  }

  private String cluster(Destination destination, int listenerPort) {
    return Destinations.cluster(destination, scope.service(destination.host()), listenerPort);
  }

  private TcpProxy.Builder options(
      TcpProxy.Builder proxy, Service service, int port, String subset) {
    TrafficPolicy policy = scope.policy(service, port, subset);
    TrafficPolicy.ConnectionPool pool = policy.connectionPool();
    Duration idle = pool == null ? null : pool.tcpIdleTimeout();
    if (idle != null) {
      proxy.setIdleTimeout(Protos.duration(idle));
    }
    TrafficPolicy.LoadBalancer balancer = policy.loadBalancer();
    TrafficPolicy.ConsistentHash hash = balancer == null ? null : balancer.consistentHash();
    if (hash != null && hash.useSourceIp()) {
      proxy.addHashPolicy(
          HashPolicy.newBuilder().setSourceIp(HashPolicy.SourceIp.getDefaultInstance()));
    }
    return proxy;
  }

  private static FilterChainMatch match(List<String> serverNames, List<CidrRange> ranges) {
    return FilterChainMatch.newBuilder()
        .addAllServerNames(serverNames)
        .addAllPrefixRanges(ranges)
        .build();
  }

  private static FilterChain withoutEmptyMatch(FilterChain chain) {
    return chain.getFilterChainMatch().equals(FilterChainMatch.getDefaultInstance())
        ? chain.toBuilder().clearFilterChainMatch().build()
        : chain;
  }
}
