package io.inmesh.engine;

import static io.inmesh.engine.Mesh.ANY_PATH;
import static io.inmesh.engine.Mesh.cluster;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization;
import io.inmesh.engine.listener.FilterChainAction.RouterOptions;
import io.inmesh.engine.listener.FilterChainAction.Routes;
import io.inmesh.engine.listener.FilterChainAction.ServerHeader;
import io.inmesh.engine.listener.HostStripping;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.route.FilterOverrides;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** One route to a cluster {@code c} of three hosts, behind a connection manager to be set up. */
final class FlowFixture {
  RouteAction action = RouteAction.Forward.to("c").build();
  VirtualHost.Options options = VirtualHost.Options.DEFAULT;
  FilterOverrides onRoute = FilterOverrides.NONE;
  FilterOverrides onHost = FilterOverrides.NONE;
  FilterOverrides onTable = FilterOverrides.NONE;
  List<HttpFilter> filters = List.of();
  CallerTrust trust = CallerTrust.NONE;
  RouterOptions router = RouterOptions.DEFAULT;
  ServerHeader server = ServerHeader.DEFAULT;
  Duration streamIdle = Duration.ZERO;
  Duration streamDuration = Duration.ZERO;
  boolean parallel;
  ClusterState cluster = cluster("c", "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
  long random = 7;
  InstantSource wallClock = InstantSource.fixed(Instant.ofEpochSecond(1_000));

  Decision decide(TestHead head) {
    Route route =
        new Route(
            "r", ANY_PATH, action, HeaderMutations.NONE, HeaderMutations.NONE, onRoute, "", null);
    VirtualHost host =
        new VirtualHost(
            "h",
            List.of("*"),
            List.of(route),
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            VirtualHost.TlsRequirement.NONE,
            options,
            onHost);
    RouteTable table =
        new RouteTable(
            "80",
            List.of(host),
            true,
            false,
            false,
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            onTable,
            List.of());
    HttpConnectionManager manager =
        new HttpConnectionManager(
            new Routes.Inline(table),
            PathNormalization.BASE,
            filters,
            trust,
            server,
            router,
            streamIdle,
            streamDuration,
            HttpConnectionManager.DEFAULT_BUFFER_LIMIT,
            true,
            HostStripping.NONE,
            false,
            io.inmesh.engine.listener.ForwardedClientCert.SANITIZE,
            false);
    return MeshSnapshot.builder()
        .listener(Mesh.httpListener(80, manager))
        .cluster(cluster)
        .identity(new SidecarIdentity("", "", "10.0.0.9"))
        .wallClock(wallClock)
        .build()
        .route(head, random, 0, io.inmesh.engine.trace.Trace.OFF);
  }

  RequestFlow flow(TestHead head) {
    return new RequestFlow((RouteDecision) decide(head), head, parallel, wallClock);
  }
}
