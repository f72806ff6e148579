package io.inmesh.control.plane.generate;

import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig;
import io.inmesh.control.plane.model.DestinationRule;
import io.inmesh.control.plane.model.DestinationRule.Subset;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.PeerAuthentication.Mode;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServiceEntry.Resolution;
import io.inmesh.control.plane.model.ServicePort;
import io.inmesh.control.plane.model.ServicePort.Protocol;
import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.TrafficPolicy.ClientTls;
import io.inmesh.control.plane.model.Workloads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The clusters of one node. */
final class ClusterBuilder {
  private static final long NEVER_SECONDS = 9_223_372_035L;
  private static final int DNS_QUERIES_PER_SOCKET = 100;
  private static final int DNS_JITTER_MILLIS = 100;

  private final NodeScope scope;
  private final MeshConfig mesh;

  ClusterBuilder(NodeScope scope) {
    this.scope = scope;
    this.mesh = scope.mesh();
  }

  /** For what the workload calls: by service, port and subset, then for all else. */
  List<Cluster> outbound() {
    List<Cluster> out = new ArrayList<>();
    for (Service service : scope.services()) {
      for (ServicePort port : service.ports()) {
        if (port.protocol() != Protocol.UDP) {
          outbound(out, service, port);
        }
      }
    }
    out.add(blackHole());
    out.add(
        passthrough(Names.PASSTHROUGH, Names.PASSTHROUGH)
            .addFilters(Filters.clusterPeerMetadata())
            .build());
    return out;
  }

  /** For the workload itself: by target port, then for all others. */
  List<Cluster> inbound() {
    List<Cluster> out = new ArrayList<>();
    inbound(out);
    out.add(
        passthrough(Names.INBOUND_PASSTHROUGH, Names.PASSTHROUGH)
            .setUpstreamBindConfig(loopbackSource())
            .build());
    return out;
  }

  private void outbound(List<Cluster> out, Service service, ServicePort port) {
    out.add(cluster(service, port, "", Map.of()));
    DestinationRule rule = scope.rule(service);
    if (rule != null) {
      for (Subset subset : rule.subsets()) {
        out.add(cluster(service, port, subset.name(), subset.labels()));
      }
    }
  }

  private Cluster cluster(
      Service service, ServicePort port, String subset, Map<String, String> labels) {
    String name = Names.outbound(port.number(), subset, service.host());
    TrafficPolicy policy = scope.policy(service, port.number(), subset);
    Cluster.Builder out = base(name, name).setType(type(service.resolution()));
    out.setCommonLbConfig(Cluster.CommonLbConfig.getDefaultInstance());
    switch (out.getType()) {
      case EDS ->
          out.setEdsClusterConfig(
              Cluster.EdsClusterConfig.newBuilder()
                  .setEdsConfig(Protos.ads())
                  .setServiceName(name));
      case STRICT_DNS, LOGICAL_DNS -> {
        EndpointBuilder endpoints = new EndpointBuilder(scope);
        out.setLoadAssignment(
            service.instances().isEmpty()
                ? endpoints.ofHost(name, service, port, policy.tls())
                : endpoints.build(name, service, port, labels, policy));
        dns(out);
      }
      default -> {}
    }
    ClientTls tls = policy.tls();
    boolean http2 =
        port.protocol().isHttp2() || ClusterPolicy.upgrades(port, policy.connectionPool(), mesh);
    boolean originated =
        tls != null && (tls.mode() == ClientTls.Mode.SIMPLE || tls.mode() == ClientTls.Mode.MUTUAL);
    ClusterPolicy.connectionPool(out, policy.connectionPool());
    ClusterPolicy.outlierDetection(out, policy.outlierDetection());
    ClusterPolicy.loadBalancing(out, policy, mesh);
    ClusterPolicy.httpOptions(out, port, policy.connectionPool(), http2, originated ? tls : null);
    transport(out, service, port, subset, policy, http2);
    metadata(out, service, subset, originated);
    return out.addFilters(Filters.clusterPeerMetadata()).build();
  }

  private void transport(
      Cluster.Builder out,
      Service service,
      ServicePort port,
      String subset,
      TrafficPolicy policy,
      boolean http2) {
    ClientTls tls = policy.tls();
    String sni = Names.sni(port.number(), subset, service.host());
    if (tls == null) {
      autoMutual(out, service, sni, http2);
      return;
    }
    switch (tls.mode()) {
      case DISABLE -> {}
      case ISTIO_MUTUAL ->
          out.setTransportSocket(
              UpstreamTls.mutual(
                  tls.sni().isEmpty() ? sni : tls.sni(),
                  tls.subjectAltNames().isEmpty()
                      ? UpstreamTls.names(service, mesh)
                      : tls.subjectAltNames(),
                  http2));
      default -> {
        List<String> names =
            tls.subjectAltNames().isEmpty()
                ? List.copyOf(UpstreamTls.names(service, mesh))
                : tls.subjectAltNames();
        out.setTransportSocket(UpstreamTls.originate(tls, names, http2));
      }
    }
  }

  /** Mutual TLS where the service's namespace lets callers use it, endpoint by endpoint. */
  private void autoMutual(Cluster.Builder out, Service service, String sni, boolean http2) {
    if (!mesh.autoMtls()
        || service.external()
        || scope.peerAuthentications().ofNamespace(service.namespace()) == Mode.DISABLE) {
      return;
    }
    Collection<String> names = UpstreamTls.names(service, mesh);
    if (out.getType() != DiscoveryType.ORIGINAL_DST) {
      UpstreamTls.auto(out, sni, names, http2);
    } else if (!service.instances().isEmpty()
        && service.instances().stream().allMatch(i -> i.spec().speaksMutualTls())) {
      // nothing marks an endpoint that the caller chose itself: all have to speak it
      out.setTransportSocket(UpstreamTls.mutual(sni, names, http2));
    }
  }

  private void metadata(Cluster.Builder out, Service service, String subset, boolean originated) {
    Map<String, Value> istio = new LinkedHashMap<>();
    if (originated) {
      istio.put("alpn_override", Protos.text("false"));
    }
    DestinationRule rule = scope.rule(service);
    if (rule != null) {
      istio.put("config", Protos.text(rule.meta().configPath()));
    }
    if (service.external()) {
      istio.put("external", Protos.truth(true));
    }
    istio.put("services", services(service));
    if (!subset.isEmpty()) {
      istio.put("subset", Protos.text(subset));
    }
    out.setMetadata(Metadata.newBuilder().putFilterMetadata("istio", Protos.struct(istio)));
  }

  private static Value services(Service service) {
    Value one =
        Protos.object(
            Map.of(
                "host", Protos.text(service.host()),
                "name", Protos.text(service.host()),
                "namespace", Protos.text(service.namespace())));
    return Value.newBuilder().setListValue(ListValue.newBuilder().addValues(one)).build();
  }

  private void inbound(List<Cluster> out) {
    Set<Integer> ports = new HashSet<>();
    for (Workloads.Target target : scope.targets()) {
      for (ServicePort port : target.service().ports()) {
        int number = target.instance().spec().targetPort(port);
        if (port.protocol() != Protocol.UDP && ports.add(number)) {
          out.add(inbound(target.service(), port, number));
        }
      }
    }
  }

  private Cluster inbound(Service service, ServicePort port, int number) {
    String name = Names.inbound(number);
    Cluster.Builder out = base(name, name).setType(DiscoveryType.ORIGINAL_DST);
    out.setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
        .setCommonLbConfig(Cluster.CommonLbConfig.getDefaultInstance())
        .setCleanupInterval(Protos.seconds(NEVER_SECONDS))
        .setUpstreamBindConfig(loopbackSource());
    TrafficPolicy policy = scope.policy(service, port.number(), "");
    ClusterPolicy.connectionPool(out, policy.connectionPool());
    ClusterPolicy.httpOptions(out, port, policy.connectionPool(), port.protocol().isHttp2(), null);
    Map<String, Value> istio = new LinkedHashMap<>();
    DestinationRule rule = scope.rule(service);
    if (rule != null) {
      istio.put("config", Protos.text(rule.meta().configPath()));
    }
    istio.put("services", services(service));
    return out.setMetadata(Metadata.newBuilder().putFilterMetadata("istio", Protos.struct(istio)))
        .build();
  }

  private Cluster blackHole() {
    return base(Names.BLACK_HOLE, Names.BLACK_HOLE).setType(DiscoveryType.STATIC).build();
  }

  private Cluster.Builder passthrough(String name, String statName) {
    Cluster.Builder out = base(name, statName).setType(DiscoveryType.ORIGINAL_DST);
    return out.setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
        .setCircuitBreakers(ClusterPolicy.unlimited())
        .putTypedExtensionProtocolOptions(
            ClusterPolicy.HTTP_OPTIONS,
            Protos.any(
                io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder()
                    .setCommonHttpProtocolOptions(
                        HttpProtocolOptions.newBuilder().setIdleTimeout(Protos.seconds(300)))
                    .setUseDownstreamProtocolConfig(
                        io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                            .UseDownstreamHttpConfig.newBuilder()
                            .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                            .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()))
                    .build()));
  }

  private Cluster.Builder base(String name, String statName) {
    return Cluster.newBuilder()
        .setName(name)
        .setAltStatName(statName + ";")
        .setConnectTimeout(Protos.duration(mesh.connectTimeout()));
  }

  private static BindConfig loopbackSource() {
    return BindConfig.newBuilder()
        .setSourceAddress(SocketAddress.newBuilder().setAddress("127.0.0.6").setPortValue(0))
        .build();
  }

  /** The DNS fields that istiod still writes at the top of the cluster. */
  @SuppressWarnings("deprecation")
  private void dns(Cluster.Builder out) {
    out.setDnsRefreshRate(Protos.duration(mesh.dnsRefreshRate()))
        .setDnsJitter(Protos.duration(java.time.Duration.ofMillis(DNS_JITTER_MILLIS)))
        .setRespectDnsTtl(true)
        .setDnsLookupFamily(
            scope.vantage().ipv6() ? Cluster.DnsLookupFamily.ALL : Cluster.DnsLookupFamily.V4_ONLY)
        .setTypedDnsResolverConfig(
            TypedExtensionConfig.newBuilder()
                .setName("envoy.network.dns_resolver.cares")
                .setTypedConfig(
                    Protos.any(
                        CaresDnsResolverConfig.newBuilder()
                            .setUdpMaxQueries(Protos.uint32(DNS_QUERIES_PER_SOCKET))
                            .build())));
  }

  private static DiscoveryType type(Resolution resolution) {
    return switch (resolution) {
      case NONE -> DiscoveryType.ORIGINAL_DST;
      case STATIC -> DiscoveryType.EDS;
      case DNS -> DiscoveryType.STRICT_DNS;
      case DNS_ROUND_ROBIN -> DiscoveryType.LOGICAL_DNS;
    };
  }
}
