package io.inmesh.engine;

import io.inmesh.engine.Decision.Passthrough;
import io.inmesh.engine.Decision.Refusal;
import io.inmesh.engine.authz.RbacResult;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.listener.PathNormalizer;
import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.net.IpAddress;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteSelection;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a request to a decision: destination, listener, filter chain, virtual host, route, cluster.
 * Stateless; the hot path allocates the decision and nothing else.
 */
final class Router {
  private static final String PASSTHROUGH_CLUSTER = "PassthroughCluster";
  private static final String BLACK_HOLE_CLUSTER = "BlackHoleCluster";

  private static final Passthrough LOOPBACK = new Passthrough(Passthrough.Reason.LOOPBACK);
  private static final Passthrough EXCLUDED = new Passthrough(Passthrough.Reason.EXCLUDED);
  private static final Passthrough NO_LISTENER = new Passthrough(Passthrough.Reason.NO_LISTENER);
  private static final Passthrough TO_PASSTHROUGH_CLUSTER =
      new Passthrough(Passthrough.Reason.PASSTHROUGH_CLUSTER);

  private Router() {}

  static Decision route(
      MeshSnapshot snapshot,
      RequestHead head,
      Downstream downstream,
      long random,
      long nowNanos,
      Trace trace) {
    String host = head.host();
    int port = head.port();
    IpAddress literal = IpAddress.parse(host);
    if (literal != null && literal.isLoopback()) {
      trace.add("destination", host, "a loopback literal is never captured");
      return LOOPBACK;
    }
    if (snapshot.captureRules().excludes(host, literal, port)) {
      trace.add("destination", host, "excluded by exclude-outbound");
      return EXCLUDED;
    }
    ListenerIndex.Port candidates = snapshot.listenerIndex().port(port);
    String ip = null;
    if (trace.on() || (candidates != null && candidates.needsAddress())) {
      ip = snapshot.nameTable().ipOf(head, literal);
    }
    Listener listener = listener(snapshot, candidates, ip);
    if (trace.on()) {
      trace.add("destination", host, "port " + port, "ip", ip == null ? "not known" : ip);
      trace.add("listener", listener == null ? "" : listener.name(), reason(listener));
    }
    if (listener == null) {
      return NO_LISTENER;
    }
    FilterChain chain = filterChain(listener, head, ip, literal);
    if (trace.on()) {
      trace.add(
          "filter chain", chain == null ? "" : chain.name(), chain == null ? "none" : "matched");
    }
    if (chain == null) {
      return new Refusal("filter_chain_not_found: listener " + listener.name());
    }
    if (chain.action() instanceof HttpConnectionManager && head.scheme().equals("https")) {
      return new Refusal("TLS on the HTTP filter chain " + chain.name() + " of " + listener.name());
    }
    HttpRoutes https = snapshot.httpsRoutes().of(head, trace);
    return decide(snapshot, chain, https, head, downstream, random, nowNanos, trace);
  }

  static Decision admit(
      MeshSnapshot snapshot,
      FilterChain chain,
      RequestHead head,
      Downstream downstream,
      long random,
      long nowNanos,
      Trace trace) {
    return decide(snapshot, chain, null, head, downstream, random, nowNanos, trace);
  }

  /**
   * @param https the routes that decide in place of a chain that passes bytes on; or null
   */
  private static Decision decide(
      MeshSnapshot snapshot,
      FilterChain chain,
      @Nullable HttpRoutes https,
      RequestHead head,
      Downstream downstream,
      long random,
      long nowNanos,
      Trace trace) {
    RbacResult access = chain.authorize(downstream, trace);
    if (!access.allowed()) {
      trace.add("decision", "closed", access.details());
      return new Refusal(access.details());
    }
    FilterChainAction action = chain.action();
    if (action instanceof HttpConnectionManager manager) {
      return finished(
          snapshot,
          manager,
          http(snapshot.routesOf(manager), head, downstream, random, nowNanos, trace));
    }
    if (action instanceof FilterChainAction.TcpProxy proxy) {
      if (https != null) {
        return finished(
            snapshot, https.manager(), http(https, head, downstream, random, nowNanos, trace));
      }
      return tcp(snapshot, proxy, head, random, trace);
    }
    FilterChainAction.Refuse refuse = (FilterChainAction.Refuse) action;
    trace.add("decision", "refused", "unsupported: " + refuse.reason());
    return refuse.http() && head.scheme().equals("http")
        ? ResponseHead.finish(
            snapshot.date(), Replies.plain(head, 403, null, "unsupported{" + refuse.reason() + "}"))
        : new Refusal("unsupported: " + refuse.reason());
  }

  private static Decision finished(
      MeshSnapshot snapshot, HttpConnectionManager manager, Decision decision) {
    if (decision instanceof Decision.Pending pending) {
      LocalReply otherwise = ResponseHead.finish(manager, snapshot.date(), pending.otherwise());
      return new Decision.Pending(pending.need(), otherwise);
    }
    return decision instanceof LocalReply reply
        ? ResponseHead.finish(manager, snapshot.date(), reply)
        : decision;
  }

  private static @Nullable Listener listener(
      MeshSnapshot snapshot, ListenerIndex.@Nullable Port candidates, @Nullable String ip) {
    if (candidates != null) {
      Listener bound = ip == null ? null : candidates.bound(ip);
      if (bound != null) {
        return bound;
      }
      if (candidates.any() != null) {
        return candidates.any();
      }
    }
    return snapshot.listenerIndex().virtualOutbound();
  }

  private static String reason(@Nullable Listener listener) {
    return listener == null
        ? "no listener for this destination, and no virtualOutbound"
        : listener.name().equals("virtualOutbound")
            ? "no listener is bound to this destination"
            : "matched";
  }

  private static @Nullable FilterChain filterChain(
      Listener listener, RequestHead head, @Nullable String ip, @Nullable IpAddress literal) {
    IpAddress address = literal != null || ip == null ? literal : IpAddress.parse(ip);
    if (head.scheme().equals("https")) {
      String serverName = literal == null ? Ascii.lower(head.host()) : "";
      return listener.filterChain(ConnectionInfo.tls(address, head.port(), serverName));
    }
    return listener.plainHttpChain(address, head.port());
  }

  private static Decision tcp(
      MeshSnapshot snapshot,
      FilterChainAction.TcpProxy proxy,
      RequestHead head,
      long random,
      Trace trace) {
    WeightedCluster weighted = weighted(proxy.cluster(), head, random);
    String name = weighted != null ? nameOf(weighted, head) : singleName(proxy.cluster(), head);
    if (name.equals(PASSTHROUGH_CLUSTER)) {
      trace.add("decision", name, "passes through untouched");
      return TO_PASSTHROUGH_CLUSTER;
    }
    ClusterState cluster = snapshot.cluster(name);
    if (cluster == null || name.equals(BLACK_HOLE_CLUSTER)) {
      trace.add("decision", name, cluster == null ? "no such cluster: closed" : "closed");
      return new Refusal(
          name.equals(BLACK_HOLE_CLUSTER)
              ? "BlackHoleCluster: the registry does not know " + head.host()
              : "cluster_not_found: " + name);
    }
    Decision unknown = unknown(snapshot, cluster, head, trace);
    if (unknown != null) {
      return unknown;
    }
    cluster.describe(trace, null);
    trace.add("decision", name, "its bytes go to this cluster");
    return new Decision.TcpRoute(
        name, cluster, snapshot.nameTable().destination(head), head.scheme().equals("https"));
  }

  private static Decision http(
      HttpRoutes routes,
      RequestHead received,
      Downstream downstream,
      long random,
      long nowNanos,
      Trace trace) {
    HttpConnectionManager manager = routes.manager();
    RouteTable table = routes.table();
    if (table == null) {
      trace.add("decision", "404", "route_configuration_not_found");
      return Replies.plain(received, 404, ResponseFlag.NR, "route_configuration_not_found");
    }
    String authority = received.authority();
    if (authority.isEmpty()) {
      return Replies.plain(received, 400, null, "missing_host_header");
    }
    String host = manager.hostStripping().of(received.method(), authority, received.port());
    String path = received.path();
    String normalized = null;
    if (!PathNormalizer.isNormal(path)) {
      PathNormalizer.Outcome outcome =
          PathNormalizer.outcome(manager.pathNormalization(), path, Grpc.isGrpc(received));
      if (outcome == PathNormalizer.Outcome.REJECT) {
        return Replies.plain(received, 400, null, "path_normalization_failed");
      }
      normalized = PathNormalizer.normalize(manager.pathNormalization(), path);
      if (outcome == PathNormalizer.Outcome.REDIRECT) {
        return Replies.normalizedRedirect(received, normalized);
      }
      path = normalized;
    }
    String stripped = host.equals(authority) ? null : host;
    RequestHead head = NormalizedHead.of(received, normalized, stripped);
    VirtualHost virtualHost = routes.virtualHost(host);
    if (trace.on()) {
      trace.add("route table", table.name(), table.virtualHosts().size() + " virtual hosts");
      trace.add(
          "virtual host",
          virtualHost == null ? "" : virtualHost.name(),
          virtualHost == null ? "no domain matches " + host : "matched " + host);
    }
    if (virtualHost == null) {
      return notFound(routes, head, downstream, random, nowNanos, trace);
    }
    if (virtualHost.requireTls() != VirtualHost.TlsRequirement.NONE && !isHttps(head)) {
      RouteScope scope = new RouteScope.Unrouted(routes, random, downstream);
      return answer(scope, head, Replies.httpsRedirect(head, path), nowNanos, trace);
    }
    Route route = select(virtualHost, head, table.matchedPath(path), random, trace);
    if (route == null) {
      return notFound(routes, head, downstream, random, nowNanos, trace);
    }
    if (route.action() instanceof RouteAction.Forward forward) {
      return forward(
          routes,
          virtualHost,
          route,
          forward,
          head,
          normalized,
          stripped,
          downstream,
          random,
          nowNanos,
          trace);
    }
    RouteScope scope =
        new RouteScope.Answered(routes, virtualHost, route, null, null, random, downstream);
    LocalReply reply = Replies.ofRoute(routes.snapshot(), table, virtualHost, route, head, path);
    return answer(scope, head, reply, nowNanos, trace);
  }

  private static LocalReply notFound(
      HttpRoutes routes,
      RequestHead head,
      Downstream downstream,
      long random,
      long nowNanos,
      Trace trace) {
    return answer(
        new RouteScope.Unrouted(routes, random, downstream),
        head,
        Replies.plain(head, 404, ResponseFlag.NR, "route_not_found"),
        nowNanos,
        trace);
  }

  // Filters come before any answer; what they would wait for is not waited for here.
  private static LocalReply answer(
      RouteScope scope, RequestHead head, LocalReply otherwise, long nowNanos, Trace trace) {
    LocalReply reply = null;
    FilterRun filters = FilterRun.of(scope, head, new ResponseFlags());
    if (filters != null && trace.on()) {
      reply = filters.explain(trace);
    } else if (filters != null) {
      Step step = filters.run(nowNanos);
      step = step instanceof Step.Wait ? filters.run(nowNanos) : step;
      reply =
          step instanceof Step.Reply answer ? filters.editReply(answer.reply(), nowNanos) : null;
      filters.onEnd();
    }
    LocalReply answer = reply == null ? otherwise : reply;
    if (trace.on()) {
      trace.add("decision", Integer.toString(answer.status()), answer.details());
    }
    return answer;
  }

  private static @Nullable Route select(
      VirtualHost virtualHost, RequestHead head, String path, long random, Trace trace) {
    if (!trace.on()) {
      return RouteSelection.first(virtualHost, head, path, random);
    }
    for (Route route : virtualHost.routes()) {
      String failure = route.match().failure(head, path, random);
      trace.add("route", route.name(), failure == null ? "matched" : "failed: " + failure);
      if (failure == null) {
        return route;
      }
    }
    return null;
  }

  private static Decision forward(
      HttpRoutes routes,
      VirtualHost virtualHost,
      Route route,
      RouteAction.Forward forward,
      RequestHead head,
      @Nullable String normalized,
      @Nullable String stripped,
      Downstream downstream,
      long random,
      long nowNanos,
      Trace trace) {
    WeightedCluster weighted =
        weighted(forward.cluster(), head, clusterNumber(forward, routes, head, random));
    String name = weighted != null ? nameOf(weighted, head) : singleName(forward.cluster(), head);
    if (name.equals(PASSTHROUGH_CLUSTER)) {
      trace.add("decision", name, "passes through untouched");
      return TO_PASSTHROUGH_CLUSTER;
    }
    ClusterState cluster = routes.cluster(name, head.port());
    if (cluster == null) {
      boolean inClear = routes.ownTls() == null;
      String missing = inClear ? name : ServicePorts.nameAt(name, head.port());
      int status = forward.clusterNotFoundStatus();
      trace.add("cluster", missing, "no such cluster: " + status + " NC");
      RouteScope.Answered scope =
          new RouteScope.Answered(
              routes, virtualHost, route, weighted, missing, random, downstream);
      LocalReply reply =
          inClear
              ? Replies.plain(head, status, ResponseFlag.NC, "cluster_not_found")
              : Replies.noTlsCluster(head, status, missing);
      return answer(scope, head, scope.withResponseMutations(head, reply), nowNanos, trace);
    }
    Decision unknown = unknown(routes.snapshot(), cluster, head, trace);
    if (unknown != null) {
      return unknown;
    }
    cluster.describe(trace, forward.metadataMatch(weighted));
    RouteDecision decision =
        new RouteDecision(
            routes,
            virtualHost,
            route,
            cluster,
            weighted,
            normalized,
            stripped,
            random,
            downstream);
    if (trace.on()) {
      explain(decision, head, trace);
    }
    return decision;
  }

  private static void explain(RouteDecision decision, RequestHead head, Trace trace) {
    LocalReply refused = decision.refusal(head, trace).orElse(null);
    if (refused != null) {
      trace.add("decision", Integer.toString(refused.status()), refused.details());
    } else {
      trace.add("decision", decision.route().name(), "forwarded to " + decision.clusterName());
    }
  }

  /** What has to be known of a cluster before it can be called, if anything. */
  private static @Nullable Decision unknown(
      MeshSnapshot snapshot, ClusterState cluster, RequestHead head, Trace trace) {
    String name = cluster.cluster().name();
    if (!cluster.endpointsKnown()) {
      trace.add("cluster", name, "its endpoints are not known yet");
      return new Decision.Pending(
          new Decision.Need.Endpoints(name),
          ResponseHead.finish(snapshot.date(), Replies.endpointsUnknown(head, name)));
    }
    String host = head.host();
    if (!cluster.lacksAddress(host) || snapshot.nameTable().ipOf(head) != null) {
      return null;
    }
    trace.add("cluster", name, "the address of " + host + " is not known yet");
    return new Decision.Pending(
        new Decision.Need.Address(name, host),
        ResponseHead.finish(snapshot.date(), Replies.addressUnknown(head, host)));
  }

  private static boolean isHttps(RequestHead head) {
    String forwarded = head.header("x-forwarded-proto");
    return (forwarded == null ? head.scheme() : forwarded).equals("https");
  }

  private static String singleName(ClusterSpecifier specifier, RequestHead head) {
    if (specifier instanceof ClusterSpecifier.Single single) {
      return single.cluster();
    }
    return firstValue(head, ((ClusterSpecifier.FromHeader) specifier).headerName());
  }

  private static String nameOf(WeightedCluster weighted, RequestHead head) {
    String header = weighted.clusterHeader();
    return header == null ? weighted.name() : firstValue(head, header);
  }

  private static String firstValue(RequestHead head, String header) {
    String value = head.firstValue(header);
    return value == null ? "" : value;
  }

  // What chooses among weighted clusters: the request's hash where the route says so.
  private static long clusterNumber(
      RouteAction.Forward forward, HttpRoutes routes, RequestHead head, long random) {
    if (forward.cluster() instanceof ClusterSpecifier.Weighted weighted
        && weighted.useHashPolicy()) {
      String ip = routes.snapshot().identity().ip();
      Long hash = new RequestHash(head, ip).of(forward.hashPolicies());
      return hash == null ? random : hash;
    }
    return random;
  }

  private static @Nullable WeightedCluster weighted(
      ClusterSpecifier specifier, RequestHead head, long random) {
    if (!(specifier instanceof ClusterSpecifier.Weighted weighted)) {
      return null;
    }
    long number = random;
    if (weighted.headerName() != null) {
      String value = head.header(weighted.headerName());
      number = value == null ? random : unsigned(value, random);
    }
    long selected = Long.remainderUnsigned(number, weighted.totalWeight());
    List<WeightedCluster> clusters = weighted.clusters();
    for (int i = 0; i < clusters.size(); i++) {
      selected -= clusters.get(i).weight();
      if (selected < 0) {
        return clusters.get(i);
      }
    }
    throw new IllegalStateException("weights changed under " + specifier);
  }

  private static long unsigned(String value, long otherwise) {
    try {
      return Long.parseUnsignedLong(value);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
