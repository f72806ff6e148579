package io.inmesh.engine;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import io.inmesh.engine.trace.Trace;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Route and cluster of a request; both are fixed for its life. {@code RequestFlow} makes attempts
 * of it.
 */
public final class RouteDecision implements Decision, RouteScope {
  private final HttpRoutes routes;
  private final VirtualHost virtualHost;
  private final Route route;
  private final ClusterState cluster;
  private final @Nullable WeightedCluster weighted;
  private final @Nullable String normalizedPath;
  private final @Nullable String normalizedHost;
  private final long random;
  private final Downstream downstream;

  RouteDecision(
      HttpRoutes routes,
      VirtualHost virtualHost,
      Route route,
      ClusterState cluster,
      @Nullable WeightedCluster weighted,
      @Nullable String normalizedPath,
      @Nullable String normalizedHost,
      long random,
      Downstream downstream) {
    this.routes = routes;
    this.virtualHost = virtualHost;
    this.route = route;
    this.cluster = cluster;
    this.weighted = weighted;
    this.normalizedPath = normalizedPath;
    this.normalizedHost = normalizedHost;
    this.random = random;
    this.downstream = downstream;
  }

  @Override
  public MeshSnapshot snapshot() {
    return routes.snapshot();
  }

  /** The connection manager of the listener that took the request. */
  @Override
  public HttpConnectionManager manager() {
    return routes.manager();
  }

  @Override
  public RouteTable table() {
    return Objects.requireNonNull(routes.table());
  }

  @Override
  public VirtualHost virtualHost() {
    return virtualHost;
  }

  @Override
  public Route route() {
    return route;
  }

  /** What the route does. */
  public RouteAction.Forward action() {
    return (RouteAction.Forward) route.action();
  }

  public ClusterState cluster() {
    return cluster;
  }

  @Override
  public String clusterName() {
    return cluster.cluster().name();
  }

  /** The entry that was chosen of a weighted route. */
  @Override
  public @Nullable WeightedCluster weighted() {
    return weighted;
  }

  /** The path that was matched, where it is not the request's own. */
  public @Nullable String normalizedPath() {
    return normalizedPath;
  }

  /** What was matched as Host or :authority, where it is not the request's own. */
  public @Nullable String normalizedHost() {
    return normalizedHost;
  }

  /** The random number of the request. */
  @Override
  public long random() {
    return random;
  }

  @Override
  public Downstream downstream() {
    return downstream;
  }

  /** Whether the app itself speaks TLS to the host, so that the mesh adds none. */
  public boolean keepsOwnTls() {
    return routes.ownTls() != null;
  }

  /** Whether any level changes request headers. */
  boolean mutatesRequest() {
    return !route.requestHeaders().isEmpty()
        || !virtualHost.requestHeaders().isEmpty()
        || !table().requestHeaders().isEmpty()
        || (weighted != null && !weighted.requestHeaders().isEmpty());
  }

  /**
   * What access control would answer to the request; empty where it lets it on. For people: nothing
   * is counted or used up.
   *
   * @param trace learns why
   */
  public Optional<LocalReply> refusal(RequestHead head, Trace trace) {
    RequestHead seen = NormalizedHead.of(head, normalizedPath, normalizedHost);
    FilterRun filters = FilterRun.of(this, seen, new ResponseFlags());
    return Optional.ofNullable(filters == null ? null : filters.explain(trace));
  }

  /** Whether any level changes response headers. */
  boolean mutatesResponse() {
    return !route.responseHeaders().isEmpty()
        || !virtualHost.responseHeaders().isEmpty()
        || !table().responseHeaders().isEmpty()
        || (weighted != null && !weighted.responseHeaders().isEmpty());
  }

  @Override
  public LocalReply withResponseMutations(RequestHead head, LocalReply reply) {
    return withResponseMutations(head, reply, 0);
  }

  LocalReply withResponseMutations(RequestHead head, LocalReply reply, int attempt) {
    RequestFormat context = new RequestFormat(snapshot(), route, head);
    context.upstream(clusterName(), null, attempt, null);
    return Mutations.ofResponse(context, table(), virtualHost, route, weighted, reply);
  }
}
