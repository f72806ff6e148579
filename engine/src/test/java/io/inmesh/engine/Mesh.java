package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.Locality;
import io.inmesh.engine.cluster.LocalityEndpoints;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.TcpProxy;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.net.TlsParameters;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import io.inmesh.engine.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Snapshots of istiod's shape for tests. */
final class Mesh {
  /** What istiod has a workload speak to another. */
  static final TransportSocket MESH_TLS =
      new TransportSocket.Tls(
          true,
          "sni",
          TransportSocket.AutoNames.NONE,
          List.of(),
          List.of(),
          "default",
          "ROOTCA",
          TlsParameters.DEFAULT);

  static final RouteMatch ANY_PATH = new RouteMatch(new PathMatcher.Prefix("/", true));

  private Mesh() {}

  static Route route(String name, RouteMatch match, RouteAction action) {
    return new Route(name, match, action);
  }

  static Route route(String name, String prefix, String cluster) {
    return new Route(
        name,
        new RouteMatch(new PathMatcher.Prefix(prefix, true)),
        RouteAction.Forward.to(cluster).build());
  }

  static ClusterState cluster(String name, String... addresses) {
    return cluster(Cluster.builder(name, Cluster.Type.EDS), addresses);
  }

  static ClusterState cluster(Cluster.Builder builder, String... addresses) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String address : addresses) {
      int colon = address.lastIndexOf(':');
      endpoints.add(
          new Endpoint(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    }
    return cluster(builder.build(), endpoints);
  }

  static ClusterState cluster(String name, Endpoint endpoint) {
    return cluster(Cluster.builder(name, Cluster.Type.EDS).build(), List.of(endpoint));
  }

  private static ClusterState cluster(Cluster cluster, List<Endpoint> endpoints) {
    ClusterState state = ClusterState.create(cluster, 0, 1);
    state.update(
        new ClusterLoadAssignment(
            cluster.name(), List.of(new LocalityEndpoints(Locality.UNKNOWN, 1, 0, endpoints))),
        0);
    return state;
  }

  static FilterChain tcp(String name, String cluster) {
    return new FilterChain(
        name, FilterChainMatch.ANY, new TcpProxy(new ClusterSpecifier.Single(cluster)));
  }

  static FilterChain http(String name, HttpConnectionManager manager) {
    return new FilterChain(
        name, FilterChainMatch.of("raw_buffer", List.of("http/1.1", "h2c")), manager);
  }

  /**
   * As istiod sends it for an HTTP port: an HTTP chain, and a default chain that passes through.
   */
  static Listener httpListener(int port) {
    return httpListener(port, HttpConnectionManager.named(Integer.toString(port)));
  }

  static Listener httpListener(int port, HttpConnectionManager manager) {
    return new Listener(
        "0.0.0.0_" + port,
        "0.0.0.0",
        port,
        Listener.Direction.OUTBOUND,
        List.of(http("http", manager)),
        tcp("PassthroughFilterChain", "PassthroughCluster"));
  }

  static Listener virtualOutbound(String cluster) {
    return new Listener(
        "virtualOutbound",
        "0.0.0.0",
        15001,
        Listener.Direction.OUTBOUND,
        List.of(tcp("virtualOutbound-catchall-tcp", cluster)),
        null);
  }

  static RouteTable table(String name, VirtualHost... hosts) {
    return new RouteTable(
        name, List.of(hosts), true, false, HeaderMutations.NONE, HeaderMutations.NONE);
  }

  static VirtualHost host(String domain, Route... routes) {
    return new VirtualHost(domain, List.of(domain), List.of(routes));
  }

  /** One HTTP port, 80, with these virtual hosts. */
  static MeshSnapshot.Builder port80(VirtualHost... hosts) {
    return MeshSnapshot.builder()
        .listener(httpListener(80))
        .listener(virtualOutbound("PassthroughCluster"))
        .routeTable(table("80", hosts));
  }

  static Decision decide(MeshSnapshot snapshot, TestHead head) {
    return decide(snapshot, head, 0);
  }

  /** The decision; with and without a trace it must be the same. */
  static Decision decide(MeshSnapshot snapshot, TestHead head, long random) {
    Decision decision = snapshot.route(head, random, 0, Trace.OFF);
    Decision traced = snapshot.route(head, random, 0, Trace.recording());
    assertThat(outcome(traced)).isEqualTo(outcome(decision));
    if (decision instanceof RouteDecision routed) {
      assertThat(((RouteDecision) traced).route()).isSameAs(routed.route());
    }
    return decision;
  }

  /** The name of the cluster, or what else was decided, in short. */
  static String outcome(@Nullable Decision decision) {
    if (decision instanceof RouteDecision routed) {
      return routed.clusterName();
    } else if (decision instanceof LocalReply reply) {
      return reply.status() + " " + reply.flagText() + " " + reply.details();
    } else if (decision instanceof Decision.TcpRoute tcp) {
      return "tcp " + tcp.clusterName();
    } else if (decision instanceof Decision.Passthrough passthrough) {
      return passthrough.reason().name();
    }
    return decision == null ? "null" : decision.getClass().getSimpleName();
  }
}
