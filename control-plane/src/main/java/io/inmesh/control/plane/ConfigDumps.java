package io.inmesh.control.plane;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.inmesh.control.plane.generate.IstioMessages;
import io.inmesh.control.plane.generate.NodeConfig;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;

/** What a node is served, as Envoy's config dump. */
final class ConfigDumps {
  private ConfigDumps() {}

  static String json(NodeConfig config, String version) {
    ClustersConfigDump.Builder clusters = ClustersConfigDump.newBuilder().setVersionInfo(version);
    EndpointsConfigDump.Builder endpoints = EndpointsConfigDump.newBuilder();
    for (Resource cluster : config.all(ResourceType.CDS).values()) {
      clusters.addDynamicActiveClusters(
          ClustersConfigDump.DynamicCluster.newBuilder()
              .setVersionInfo(cluster.version())
              .setCluster(cluster.body()));
      Resource assignment = config.get(ResourceType.EDS, cluster.name());
      if (assignment != null) {
        endpoints.addDynamicEndpointConfigs(
            EndpointsConfigDump.DynamicEndpointConfig.newBuilder()
                .setVersionInfo(assignment.version())
                .setEndpointConfig(assignment.body()));
      }
    }
    ListenersConfigDump.Builder listeners =
        ListenersConfigDump.newBuilder().setVersionInfo(version);
    for (Resource listener : config.all(ResourceType.LDS).values()) {
      listeners.addDynamicListeners(
          ListenersConfigDump.DynamicListener.newBuilder()
              .setName(listener.name())
              .setActiveState(
                  ListenersConfigDump.DynamicListenerState.newBuilder()
                      .setVersionInfo(listener.version())
                      .setListener(listener.body())));
    }
    RoutesConfigDump.Builder routes = RoutesConfigDump.newBuilder();
    for (String name : config.routeNames()) {
      Resource table = config.get(ResourceType.RDS, name);
      if (table != null) {
        routes.addDynamicRouteConfigs(
            RoutesConfigDump.DynamicRouteConfig.newBuilder()
                .setVersionInfo(table.version())
                .setRouteConfig(table.body()));
      }
    }
    ConfigDump dump =
        ConfigDump.newBuilder()
            .addConfigs(Any.pack(clusters.build()))
            .addConfigs(Any.pack(endpoints.build()))
            .addConfigs(Any.pack(listeners.build()))
            .addConfigs(Any.pack(routes.build()))
            .build();
    try {
      return JsonFormat.printer().usingTypeRegistry(types()).print(dump);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the dump cannot be printed", e);
    }
  }

  private static JsonFormat.TypeRegistry types() {
    return JsonFormat.TypeRegistry.newBuilder()
        .add(IstioMessages.descriptors())
        .add(
            java.util.List.of(
                ClustersConfigDump.getDescriptor(),
                EndpointsConfigDump.getDescriptor(),
                ListenersConfigDump.getDescriptor(),
                RoutesConfigDump.getDescriptor(),
                io.envoyproxy.envoy.config.cluster.v3.Cluster.getDescriptor(),
                io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.getDescriptor(),
                io.envoyproxy.envoy.config.listener.v3.Listener.getDescriptor(),
                io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDescriptor(),
                com.github.udpa.udpa.type.v1.TypedStruct.getDescriptor(),
                io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                    .HttpConnectionManager.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.router.v3.Router.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate
                    .getDescriptor(),
                io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3
                    .PreviousPrioritiesConfig.getDescriptor()))
        .build();
  }
}
