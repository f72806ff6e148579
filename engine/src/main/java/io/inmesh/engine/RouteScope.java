package io.inmesh.engine;

import io.inmesh.engine.authz.RbacFilter;
import io.inmesh.engine.authz.RbacOverride;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.CorsPolicy;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.LocalRateLimit;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where in the configuration a request stands, and what the levels there say to HTTP filters. */
sealed interface RouteScope permits RouteDecision, RouteScope.Answered, RouteScope.Unrouted {
  MeshSnapshot snapshot();

  HttpConnectionManager manager();

  RouteTable table();

  VirtualHost virtualHost();

  Route route();

  /** The entry that was chosen of a weighted route. */
  @Nullable WeightedCluster weighted();

  /** Null where the route goes to no cluster. */
  @Nullable String clusterName();

  /** The random number of the request. */
  long random();

  /** The connection of the request. */
  Downstream downstream();

  /** An answer of a filter with the response mutations of the route. */
  LocalReply withResponseMutations(RequestHead head, LocalReply reply);

  /** The fault policy of the most specific level that has one, else the filter's. */
  default FaultPolicy fault(FaultPolicy filter) {
    WeightedCluster weighted = weighted();
    if (weighted != null && weighted.filters().fault() != null) {
      return weighted.filters().fault();
    } else if (route().filters().fault() != null) {
      return route().filters().fault();
    } else if (virtualHost().filters().fault() != null) {
      return virtualHost().filters().fault();
    }
    FaultPolicy ofTable = table().filters().fault();
    return ofTable == null ? filter : ofTable;
  }

  /** The rate limit of the most specific level that has one, else the filter's. */
  default LocalRateLimit rateLimit(LocalRateLimit filter) {
    WeightedCluster weighted = weighted();
    if (weighted != null && weighted.filters().rateLimit() != null) {
      return weighted.filters().rateLimit();
    } else if (route().filters().rateLimit() != null) {
      return route().filters().rateLimit();
    } else if (virtualHost().filters().rateLimit() != null) {
      return virtualHost().filters().rateLimit();
    }
    LocalRateLimit ofTable = table().filters().rateLimit();
    return ofTable == null ? filter : ofTable;
  }

  /** What holds of access control: by the most specific level that says something, else its own. */
  default RbacFilter rbac(HttpFilter.Rbac filter) {
    WeightedCluster weighted = weighted();
    RbacOverride said = weighted == null ? null : weighted.filters().rbac().get(filter.name());
    said = said != null ? said : route().filters().rbac().get(filter.name());
    said = said != null ? said : virtualHost().filters().rbac().get(filter.name());
    said = said != null ? said : table().filters().rbac().get(filter.name());
    if (said == null) {
      return filter.disabled() ? RbacFilter.OFF : filter.filter();
    }
    return said.filter() == null ? filter.filter() : said.filter();
  }

  /** The CORS policies, the most specific first. */
  default List<CorsPolicy> cors() {
    if (!(route().action() instanceof RouteAction.Forward forward)) {
      return List.of();
    }
    List<CorsPolicy> found = new ArrayList<>(4);
    WeightedCluster weighted = weighted();
    add(found, weighted == null ? null : weighted.filters().cors());
    add(found, route().filters().cors());
    add(found, virtualHost().filters().cors());
    add(found, table().filters().cors());
    if (found.isEmpty()) {
      add(found, forward.cors());
      add(found, virtualHost().options().cors());
    }
    return found;
  }

  private static void add(List<CorsPolicy> to, @Nullable CorsPolicy policy) {
    if (policy != null) {
      to.add(policy);
    }
  }

  /**
   * A route that needs no host: it answers itself, or its cluster is missing.
   *
   * @param clusterName null where it goes to none
   */
  record Answered(
      HttpRoutes routes,
      VirtualHost virtualHost,
      Route route,
      @Nullable WeightedCluster weighted,
      @Nullable String clusterName,
      long random,
      Downstream downstream)
      implements RouteScope {
    @Override
    public MeshSnapshot snapshot() {
      return routes.snapshot();
    }

    @Override
    public HttpConnectionManager manager() {
      return routes.manager();
    }

    @Override
    public RouteTable table() {
      return Objects.requireNonNull(routes.table());
    }

    @Override
    public LocalReply withResponseMutations(RequestHead head, LocalReply reply) {
      // Envoy asks only routes that forward.
      return route.action() instanceof RouteAction.Forward
          ? Mutations.ofResponse(snapshot(), table(), virtualHost, route, weighted, head, reply)
          : reply;
    }
  }

  /** No route, or none that says anything: filters act by what the connection manager says. */
  record Unrouted(HttpRoutes routes, long random, Downstream downstream) implements RouteScope {
    private static final Route NOWHERE =
        new Route(
            "",
            new RouteMatch(new PathMatcher.Prefix("/", true)),
            new RouteAction.Unsupported("no route"));
    private static final VirtualHost NOBODY =
        new VirtualHost("none", List.of("*"), List.of(NOWHERE));
    private static final RouteTable EMPTY = new RouteTable("", List.of(NOBODY));

    @Override
    public MeshSnapshot snapshot() {
      return routes.snapshot();
    }

    @Override
    public HttpConnectionManager manager() {
      return routes.manager();
    }

    @Override
    public RouteTable table() {
      return EMPTY;
    }

    @Override
    public VirtualHost virtualHost() {
      return NOBODY;
    }

    @Override
    public Route route() {
      return NOWHERE;
    }

    @Override
    public @Nullable WeightedCluster weighted() {
      return null;
    }

    @Override
    public @Nullable String clusterName() {
      return null;
    }

    @Override
    public LocalReply withResponseMutations(RequestHead head, LocalReply reply) {
      return reply;
    }
  }
}
