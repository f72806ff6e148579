package io.inmesh.conformance;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a case configures, as Envoy's messages. In a vector:
 *
 * <ul>
 *   <li>{@code routes}: the routes of one virtual host for all domains; or {@code virtual_hosts};
 *       or {@code route_config}, a whole RouteConfiguration
 *   <li>{@code manager}: fields of the HttpConnectionManager
 *   <li>{@code filters}: HTTP filters before the router
 *   <li>{@code network_filters}: network filters before the connection manager
 *   <li>{@code clusters}: a name, or a Cluster in which {@code hosts: N} (and {@code refusing: N},
 *       which refuse connections) stands for N scripted upstream hosts; {@code [a, b, c]} where
 *       absent
 *   <li>{@code local}: {@code {cluster, zone}} of the caller itself
 * </ul>
 */
record Resources(Listener listener, List<Cluster> clusters, @Nullable Local local) {
  private static final List<String> DEFAULT_CLUSTERS = List.of("a", "b", "c");

  /** What the caller is a host of, and where. */
  record Local(String cluster, String zone) {}

  Resources {
    clusters = List.copyOf(clusters);
  }

  /**
   * @param hostPort port of 127.0.0.1 of the scripted upstream host with this number
   */
  static Resources of(
      EnvoyTypes types,
      String where,
      Map<String, @Nullable Object> resources,
      IntUnaryOperator hostPort) {
    Fields fields = Fields.of(where, resources);
    RouteConfiguration.Builder routes = RouteConfiguration.newBuilder();
    Map<String, @Nullable Object> table = new LinkedHashMap<>(fields.map("route_config"));
    if (fields.has("virtual_hosts")) {
      table.put("virtual_hosts", fields.get("virtual_hosts"));
    }
    if (fields.has("routes")) {
      table.put(
          "virtual_hosts",
          List.of(Map.of("name", "all", "domains", List.of("*"), "routes", fields.list("routes"))));
    }
    types.read(table, routes).setName("routes");
    if (!routes.hasValidateClusters()) {
      routes.setValidateClusters(BoolValue.of(false));
    }
    HttpConnectionManager.Builder manager = HttpConnectionManager.newBuilder();
    types.read(fields.map("manager"), manager).setStatPrefix("vector").setRouteConfig(routes);
    for (Object filter : fields.list("filters")) {
      manager.addHttpFilters(types.read(filter, HttpFilter.newBuilder()));
    }
    manager.addHttpFilters(
        HttpFilter.newBuilder()
            .setName("envoy.filters.http.router")
            .setTypedConfig(Any.pack(Router.getDefaultInstance())));
    List<Filter> network = new ArrayList<>();
    for (Object filter : fields.list("network_filters")) {
      network.add(types.read(filter, Filter.newBuilder()).build());
    }
    List<Cluster> clusters = new ArrayList<>();
    List<?> listed = fields.has("clusters") ? fields.list("clusters") : DEFAULT_CLUSTERS;
    for (Object cluster : listed) {
      clusters.add(cluster(types, where, cluster, hostPort));
    }
    Local local = null;
    if (fields.has("local")) {
      Fields own = Fields.of(where, fields.map("local"));
      local = new Local(own.text("cluster", ""), own.text("zone", ""));
      own.end();
    }
    fields.end();
    return new Resources(listener(network, manager.build(), "0.0.0.0", 80), clusters, local);
  }

  private static Cluster cluster(
      EnvoyTypes types, String where, Object value, IntUnaryOperator hostPort) {
    Map<String, @Nullable Object> fields =
        new LinkedHashMap<>(
            value instanceof String name
                ? Map.of("name", name, "hosts", 1)
                : Fields.map(where, value));
    Object hosts = fields.remove("hosts");
    Object refusing = fields.remove("refusing");
    Cluster.Builder cluster = types.read(fields, Cluster.newBuilder());
    if (hosts instanceof Number count) {
      var group =
          cluster
              .getLoadAssignmentBuilder()
              .setClusterName(cluster.getName())
              .addEndpointsBuilder();
      for (int i = 0; i < count.intValue(); i++) {
        LbEndpoint.Builder endpoint = group.addLbEndpointsBuilder();
        endpoint.getEndpointBuilder().setAddress(address("127.0.0.1", hostPort.applyAsInt(i)));
      }
      // Nobody listens on the lowest ports.
      for (int port = 1; refusing instanceof Number more && port <= more.intValue(); port++) {
        group.addLbEndpointsBuilder().getEndpointBuilder().setAddress(address("127.0.0.1", port));
      }
    } else if (cluster.hasLoadAssignment()) {
      cluster.getLoadAssignmentBuilder().setClusterName(cluster.getName());
    }
    return cluster.build();
  }

  /** The listener at another address, with what Envoy needs besides. */
  Listener listenerAt(String ip, int port, HttpConnectionManager manager) {
    List<Filter> all = listener.getFilterChains(0).getFiltersList();
    return listener(all.subList(0, all.size() - 1), manager, ip, port);
  }

  /** The connection manager of the listener. */
  HttpConnectionManager manager() {
    try {
      FilterChain chain = listener.getFilterChains(0);
      return chain
          .getFilters(chain.getFiltersCount() - 1)
          .getTypedConfig()
          .unpack(HttpConnectionManager.class);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Listener listener(
      List<Filter> network, HttpConnectionManager manager, String ip, int port) {
    return Listener.newBuilder()
        .setName("vector")
        .setAddress(address(ip, port))
        .addFilterChains(
            FilterChain.newBuilder()
                .addAllFilters(network)
                .addFilters(
                    Filter.newBuilder()
                        .setName("envoy.filters.network.http_connection_manager")
                        .setTypedConfig(Any.pack(manager))))
        .build();
  }

  private static Address address(String ip, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
        .build();
  }
}
