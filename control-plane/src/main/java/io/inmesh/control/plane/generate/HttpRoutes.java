package io.inmesh.control.plane.generate;

import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.inmesh.control.plane.model.Destination;
import io.inmesh.control.plane.model.DestinationRule;
import io.inmesh.control.plane.model.HttpMatch;
import io.inmesh.control.plane.model.HttpRoute;
import io.inmesh.control.plane.model.HttpRoute.Rewrite;
import io.inmesh.control.plane.model.HttpRoute.WeightedDestination;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.TrafficPolicy.ConsistentHash;
import io.inmesh.control.plane.model.VirtualService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of a virtual host on one port. */
final class HttpRoutes {
  private final NodeScope scope;
  private final Map<String, Service> services;
  private final int port;

  /**
   * @param services those that have the port, by host
   * @param port of the listener
   */
  HttpRoutes(NodeScope scope, Map<String, Service> services, int port) {
    this.scope = scope;
    this.services = services;
    this.port = port;
  }

  /** The single route of a service that no VirtualService speaks about. */
  Route plain(Service service) {
    String cluster = Names.outbound(port, "", service.host());
    RouteAction.Builder action = RouteAction.newBuilder().setCluster(cluster);
    timeout(action, null);
    ConsistentHash hash = hashOf(scope.policy(service, port, ""));
    RetryPolicy retry = RetryPolicies.of(scope.mesh().defaultRetries(), hash != null);
    if (retry != null) {
      action.setRetryPolicy(retry);
    }
    RouteAction.HashPolicy policy = RouteActions.hash(hash);
    if (policy != null) {
      action.addHashPolicy(policy);
    }
    return Route.newBuilder()
        .setName("default")
        .setMatch(RouteMatches.of(null))
        .setRoute(action)
        .setDecorator(Decorator.newBuilder().setOperation(service.host() + ":" + port + "/*"))
        .build();
  }

  /** The routes of a VirtualService, up to the first that takes everything. */
  List<Route> of(VirtualService vs) {
    List<Route> out = new ArrayList<>();
    for (HttpRoute route : vs.http()) {
      if (route.matches().isEmpty()) {
        out.add(route(vs, route, null));
        return out;
      }
      for (HttpMatch match : route.matches()) {
        if (!applies(match)) {
          continue;
        }
        Route built = route(vs, route, match);
        out.add(built);
        if (RouteMatches.isCatchAll(built.getMatch())) {
          return out;
        }
      }
    }
    return out;
  }

  private boolean applies(HttpMatch match) {
    if (match.port() != 0 && match.port() != port) {
      return false;
    }
    if (!match.gateways().isEmpty()) {
      return match.gateways().contains(HttpMatch.MESH);
    }
    return scope.node().labels().entrySet().containsAll(match.sourceLabels().entrySet())
        && (match.sourceNamespace().isEmpty()
            || match.sourceNamespace().equals(scope.node().namespace()));
  }

  private Route route(VirtualService vs, HttpRoute route, @Nullable HttpMatch match) {
    Route.Builder out = Route.newBuilder();
    String name = route.name();
    if (match != null && !match.name().isEmpty()) {
      name = name + "." + match.name();
    }
    out.setName(name).setMatch(RouteMatches.of(match));
    if (match != null) {
      out.setStatPrefix(match.statPrefix());
    }
    out.setMetadata(Protos.configMetadata(vs.meta().configPath()));
    headers(out, route.headers());
    HttpRoute.Redirect redirect = route.redirect();
    HttpRoute.DirectResponse direct = route.directResponse();
    if (redirect != null) {
      out.setRedirect(RouteActions.redirect(redirect, port));
    } else if (direct != null) {
      out.setDirectResponse(RouteActions.directResponse(direct));
    } else {
      forward(out, route);
    }
    out.setDecorator(Decorator.newBuilder().setOperation(operation(out, vs)));
    HttpRoute.Fault fault = route.fault();
    if (fault != null) {
      out.putTypedPerFilterConfig("envoy.filters.http.fault", RouteActions.fault(fault));
    }
    HttpRoute.Cors cors = route.cors();
    if (cors != null) {
      out.putTypedPerFilterConfig("envoy.filters.http.cors", RouteActions.cors(cors));
    }
    return out.build();
  }

  private void forward(Route.Builder out, HttpRoute route) {
    RouteAction.Builder action = out.getRouteBuilder();
    timeout(action, route.timeout());
    String authority = RouteActions.authority(route.headers().request());
    Rewrite rewrite = route.rewrite();
    if (rewrite != null) {
      HttpRoute.RegexRewrite regex = rewrite.regex();
      if (regex != null) {
        action.setRegexRewrite(
            RegexMatchAndSubstitute.newBuilder()
                .setPattern(RouteMatches.regex(regex.match()))
                .setSubstitution(regex.rewrite()));
      } else {
        action.setPrefixRewrite(rewrite.uri());
      }
      if (!rewrite.authority().isEmpty()) {
        authority = rewrite.authority();
      }
    }
    if (!authority.isEmpty()) {
      action.setHostRewriteLiteral(authority);
    }
    for (HttpRoute.Mirror mirror : route.mirrors()) {
      if (mirror.percentage() > 0) {
        action.addRequestMirrorPolicies(
            RouteActions.mirror(cluster(mirror.destination()), mirror.percentage()));
      }
    }
    boolean hashed = false;
    if (route.destinations().size() == 1) {
      WeightedDestination only = route.destinations().get(0);
      action.setCluster(cluster(only.destination()));
      headers(out, only.headers());
      String own = RouteActions.authority(only.headers().request());
      if (!own.isEmpty() && authority.isEmpty()) {
        action.setHostRewriteLiteral(own);
      }
      hashed = hash(action, only.destination());
    } else {
      WeightedCluster.Builder weighted = WeightedCluster.newBuilder();
      for (WeightedDestination destination : route.destinations()) {
        if (destination.weight() > 0) {
          weighted.addClusters(weight(destination));
          hash(action, destination.destination());
        }
      }
      action.setWeightedClusters(weighted);
    }
    HttpRoute.Retries retries = route.retries();
    RetryPolicy retry =
        RetryPolicies.of(retries == null ? scope.mesh().defaultRetries() : retries, hashed);
    if (retry != null) {
      action.setRetryPolicy(retry);
    }
  }

  private WeightedCluster.ClusterWeight weight(WeightedDestination destination) {
    HttpRoute.HeaderOperations headers = destination.headers();
    WeightedCluster.ClusterWeight.Builder out =
        WeightedCluster.ClusterWeight.newBuilder()
            .setName(cluster(destination.destination()))
            .setWeight(Protos.uint32(destination.weight()))
            .addAllRequestHeadersToAdd(RouteActions.additions(headers.request()))
            .addAllRequestHeadersToRemove(headers.request().remove())
            .addAllResponseHeadersToAdd(RouteActions.additions(headers.response()))
            .addAllResponseHeadersToRemove(headers.response().remove());
    String authority = RouteActions.authority(headers.request());
    if (!authority.isEmpty()) {
      out.setHostRewriteLiteral(authority);
    }
    return out.build();
  }

  private static void headers(Route.Builder out, HttpRoute.HeaderOperations headers) {
    out.addAllRequestHeadersToAdd(RouteActions.additions(headers.request()))
        .addAllRequestHeadersToRemove(headers.request().remove())
        .addAllResponseHeadersToAdd(RouteActions.additions(headers.response()))
        .addAllResponseHeadersToRemove(headers.response().remove());
  }

  private boolean hash(RouteAction.Builder action, Destination destination) {
    RouteAction.HashPolicy policy = RouteActions.hash(hashOf(destination));
    if (policy == null) {
      return false;
    }
    action.addHashPolicy(policy);
    return true;
  }

  /** A port-level hash counts only for a destination that names that port, as in istiod. */
  private @Nullable ConsistentHash hashOf(Destination destination) {
    Service service = scope.service(destination.host());
    DestinationRule rule = service == null ? null : scope.rule(service);
    if (rule == null) {
      return null;
    }
    TrafficPolicy policy = rule.trafficPolicy().onPort(destination.port());
    for (DestinationRule.Subset subset : rule.subsets()) {
      if (subset.name().equals(destination.subset())) {
        policy = policy.mergedWith(subset.trafficPolicy(), destination.port());
      }
    }
    return hashOf(policy);
  }

  private static @Nullable ConsistentHash hashOf(TrafficPolicy policy) {
    TrafficPolicy.LoadBalancer balancer = policy.loadBalancer();
    return balancer == null ? null : balancer.consistentHash();
  }

  private String cluster(Destination destination) {
    return Destinations.cluster(destination, services.get(destination.host()), port);
  }

  /** The old gRPC limit is still sent, as istiod does for Envoy proxies. */
  @SuppressWarnings("deprecation")
  static void timeout(RouteAction.Builder action, @Nullable Duration timeout) {
    com.google.protobuf.Duration value = timeout == null ? Protos.ZERO : Protos.duration(timeout);
    action.setTimeout(value).setMaxGrpcTimeout(value);
  }

  /** What a span of this route is called. */
  private String operation(Route.Builder route, VirtualService vs) {
    RouteMatch match = route.getMatch();
    String path =
        switch (match.getPathSpecifierCase()) {
          case PATH -> match.getPath();
          case SAFE_REGEX -> match.getSafeRegex().getRegex();
          default -> match.getPrefix() + "*";
        };
    String cluster = route.hasRoute() ? route.getRoute().getCluster() : "";
    String[] parts = cluster.split("\\|", -1);
    return parts.length == 4
        ? parts[3] + ":" + parts[1] + path
        : vs.meta().name() + ":" + port + path;
  }
}
