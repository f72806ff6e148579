package io.inmesh.benchmarks;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthStatus;
import io.inmesh.engine.cluster.LbPolicy;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.TcpProxy;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Snapshots of istiod's shape, in size. */
final class Meshes {
  static final String CLUSTER = "outbound|8080||catalog.shop.svc.cluster.local";

  private Meshes() {}

  /** One HTTP port with many virtual hosts, of which catalog has these routes. */
  static MeshSnapshot snapshot(int virtualHosts, List<Route> routes) {
    List<VirtualHost> hosts = new ArrayList<>();
    for (int i = 0; i < virtualHosts - 1; i++) {
      String name = "svc-" + i;
      hosts.add(host(name, "ns-" + i % 100, List.of(new Route("default", path("/"), toCatalog()))));
    }
    hosts.add(host("catalog", "shop", routes));
    hosts.add(
        new VirtualHost(
            "allow_any",
            List.of("*"),
            List.of(
                new Route(
                    "allow_any",
                    path("/"),
                    RouteAction.Forward.to("PassthroughCluster").build()))));
    Listener listener =
        new Listener(
            "0.0.0.0_8080",
            "0.0.0.0",
            8080,
            Listener.Direction.OUTBOUND,
            List.of(
                new FilterChain(
                    "",
                    FilterChainMatch.of("raw_buffer", List.of("http/1.1", "h2c")),
                    HttpConnectionManager.named("8080"))),
            new FilterChain(
                "PassthroughFilterChain",
                FilterChainMatch.ANY,
                new TcpProxy(new ClusterSpecifier.Single("PassthroughCluster"))));
    return MeshSnapshot.builder()
        .listener(listener)
        .routeTable(
            new RouteTable("8080", hosts, true, false, HeaderMutations.NONE, HeaderMutations.NONE))
        .cluster(cluster(LbPolicy.LeastRequest.DEFAULT, 3, false, 8))
        .build();
  }

  /** Fifty routes: prefixes, exact paths, and ten with header matchers; the 40th is /items. */
  static List<Route> fiftyRoutes() {
    List<Route> routes = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      RouteMatch match;
      if (i == 40) {
        match = path("/items");
      } else if (i % 5 == 0) {
        match =
            new RouteMatch(
                new PathMatcher.Prefix("/", true),
                List.of(HeaderMatcher.of("x-user-group", new StringMatcher.Exact("g" + i, false))));
      } else if (i % 2 == 0) {
        match = new RouteMatch(new PathMatcher.Exact("/items/" + i, true));
      } else {
        match = path("/api/v" + i + "/");
      }
      routes.add(new Route("r" + i, match, toCatalog()));
    }
    return routes;
  }

  /** The same with this many of its routes before the 40th matched by regex. */
  static List<Route> regexRoutes(int regexes) {
    List<Route> routes = fiftyRoutes();
    int left = regexes;
    for (int i = 0; left > 0; i += 3, left--) {
      PathMatcher regex = new PathMatcher.Regex("/items/[0-9]+/(edit|view)" + i + "/.*");
      routes.set(i, new Route("regex" + i, new RouteMatch(regex), toCatalog()));
    }
    return routes;
  }

  /** A thousand prefixes that fail and one that does not. */
  static List<Route> thousandPrefixes() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      routes.add(new Route("r" + i, path("/items/group-" + i + "/"), toCatalog()));
    }
    routes.add(new Route("last", path("/items"), toCatalog()));
    return routes;
  }

  static ClusterState cluster(LbPolicy policy, int endpoints, boolean weighted, int stripes) {
    return cluster(CLUSTER, policy, endpoints, weighted, stripes);
  }

  static ClusterState cluster(
      String name, LbPolicy policy, int endpoints, boolean weighted, int stripes) {
    Cluster cluster = Cluster.builder(name, Cluster.Type.EDS).lbPolicy(policy).build();
    ClusterState state = ClusterState.create(cluster, 0, stripes);
    List<Endpoint> list = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      list.add(
          new Endpoint(
              "10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256,
              8080,
              "",
              HealthStatus.HEALTHY,
              weighted ? 1 + i % 7 : 1,
              Map.of(),
              ""));
    }
    state.update(
        new ClusterLoadAssignment(
            name, List.of(new LocalityEndpoints(Locality.UNKNOWN, 1, 0, list))),
        0);
    return state;
  }

  private static RouteAction toCatalog() {
    return RouteAction.Forward.to(CLUSTER).build();
  }

  private static RouteMatch path(String prefix) {
    return new RouteMatch(new PathMatcher.Prefix(prefix, true));
  }

  private static VirtualHost host(String name, String namespace, List<Route> routes) {
    String fqdn = name + "." + namespace + ".svc.cluster.local";
    return new VirtualHost(fqdn + ":8080", List.of(fqdn, name, name + "." + namespace), routes);
  }
}
