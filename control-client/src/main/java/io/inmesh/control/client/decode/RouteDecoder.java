package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import io.inmesh.engine.match.UnsupportedFeatureException;
import io.inmesh.engine.route.FilterOverrides;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Route configurations. What is refused turns the routes it touches into answers with status 500.
 */
public final class RouteDecoder implements ResourceDecoder<RouteTable> {
  private static final long DEFAULT_MAX_BODY = 4096;

  private final FieldTable table;
  private final Interner interner;

  public RouteDecoder(FieldTable table, Interner interner) {
    this.table = table;
    this.interner = interner;
  }

  @Override
  public Decoded<RouteTable> decode(String name, WireMessage message) {
    Containment containment = new Containment(table, message);
    RouteTable routes = table(message, containment, "");
    if (!routes.name().equals(name)) {
      throw new IllegalArgumentException(
          "Unexpected RDS configuration (expecting " + name + "): " + routes.name());
    }
    return new Decoded<>(routes, containment.findings());
  }

  /** A route configuration that stands at {@code path} of a resource. */
  RouteTable table(WireMessage message, Containment containment, String path) {
    String refused = containment.belowExcept(path, "virtual_hosts");
    long maxBody = message.wrappedNumber("max_direct_response_body_size_bytes", DEFAULT_MAX_BODY);
    List<VirtualHost> hosts = new ArrayList<>();
    int index = 0;
    for (WireMessage host : message.messages("virtual_hosts")) {
      String at = join(path, "virtual_hosts[" + index++ + "]");
      hosts.add(new HostReader(containment, at, refused, maxBody).read(host));
    }
    HeaderMutations request = HeaderMutations.NONE;
    HeaderMutations response = HeaderMutations.NONE;
    try {
      request = Mutations.request(message);
      response = Mutations.response(message);
    } catch (UnsupportedFeatureException e) {
      String at = containment.add(join(path, "request_headers_to_add"), message(e)).path();
      hosts = refuse(hosts, at);
    }
    FilterOverrides filters = FilterOverrides.NONE;
    try {
      filters = refused == null ? Filters.perFilter(message) : filters;
    } catch (UnsupportedFeatureException e) {
      String at = containment.add(join(path, "typed_per_filter_config"), message(e)).path();
      hosts = refuse(hosts, at);
    }
    return new RouteTable(
        interner.of(message.string("name")),
        hosts,
        message.bool("ignore_port_in_host_matching"),
        message.bool("ignore_path_parameters_in_path_matching"),
        message.bool("most_specific_header_mutations_wins"),
        request,
        response,
        filters,
        RouteActions.mirrors(message));
  }

  private static List<VirtualHost> refuse(List<VirtualHost> hosts, String path) {
    List<VirtualHost> out = new ArrayList<>(hosts.size());
    for (VirtualHost host : hosts) {
      List<Route> routes = new ArrayList<>();
      for (Route route : host.routes()) {
        routes.add(new Route(route.name(), route.match(), new RouteAction.Unsupported(path)));
      }
      out.add(new VirtualHost(host.name(), host.domains(), routes));
    }
    return out;
  }

  private static String join(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private static String message(RuntimeException e) {
    return e.getMessage() == null ? "" : e.getMessage();
  }

  /** Reads one virtual host. */
  private final class HostReader {
    private final Containment containment;
    private final String path;
    private final @Nullable String refusedAbove;
    private final long maxBody;

    HostReader(Containment containment, String path, @Nullable String refusedAbove, long maxBody) {
      this.containment = containment;
      this.path = path;
      this.refusedAbove = refusedAbove;
      this.maxBody = maxBody;
    }

    VirtualHost read(WireMessage host) {
      String refused =
          refusedAbove != null ? refusedAbove : containment.belowExcept(path, "routes");
      HeaderMutations request = HeaderMutations.NONE;
      HeaderMutations response = HeaderMutations.NONE;
      try {
        request = Mutations.request(host);
        response = Mutations.response(host);
      } catch (UnsupportedFeatureException e) {
        refused = containment.add(path + ".request_headers_to_add", message(e)).path();
      }
      FilterOverrides filters = FilterOverrides.NONE;
      try {
        filters = refused == null ? Filters.perFilter(host) : filters;
      } catch (UnsupportedFeatureException e) {
        refused = containment.add(path + ".typed_per_filter_config", message(e)).path();
      }
      List<Route> routes = new ArrayList<>();
      int index = 0;
      for (WireMessage route : host.messages("routes")) {
        routes.add(route(route, path + ".routes[" + index++ + "]", refused));
      }
      List<String> domains = new ArrayList<>();
      for (String domain : host.strings("domains")) {
        domains.add(interner.of(domain));
      }
      return new VirtualHost(
          interner.of(host.string("name")),
          domains,
          routes,
          request,
          response,
          switch (host.enumName("require_tls")) {
            case "ALL" -> VirtualHost.TlsRequirement.ALL;
            case "EXTERNAL_ONLY" -> VirtualHost.TlsRequirement.EXTERNAL_ONLY;
            default -> VirtualHost.TlsRequirement.NONE;
          },
          options(host),
          filters);
    }

    private VirtualHost.Options options(WireMessage host) {
      return new VirtualHost.Options(
          host.bool("include_request_attempt_count"),
          host.bool("include_attempt_count_in_response"),
          host.bool("include_is_timeout_retry_header"),
          Retries.of(host, interner),
          RouteActions.hedge(host),
          RouteActions.mirrors(host),
          RouteActions.bufferLimit(host),
          RateLimits.descriptors(host),
          Filters.legacyCors(host));
    }

    private Route route(WireMessage route, String at, @Nullable String refusedHost) {
      WireMessage match = Matchers.required(route.message("match"), "Route.match");
      String refused = refusedHost != null ? refusedHost : containment.below(at);
      RouteMatch matcher;
      try {
        matcher = match(match);
      } catch (UnsupportedFeatureException e) {
        // What cannot be told apart is answered for all requests that the rest of the match takes.
        matcher = new RouteMatch(new PathMatcher.Prefix("/", true));
        refused = refused != null ? refused : containment.add(at + ".match", message(e)).path();
      }
      String name = interner.of(route.string("name"));
      if (refused == null) {
        try {
          return whole(route, name, matcher);
        } catch (UnsupportedFeatureException e) {
          refused = containment.add(at, message(e)).path();
        }
      }
      return new Route(name, matcher, new RouteAction.Unsupported(refused));
    }

    private Route whole(WireMessage route, String name, RouteMatch matcher) {
      WireMessage istio = route.messageOrEmpty("metadata").map("filter_metadata").get("istio");
      String config = istio == null ? "" : Structs.text(istio, "config");
      return new Route(
          name,
          matcher,
          RouteActions.read(route, matcher.path(), interner, maxBody),
          Mutations.request(route),
          Mutations.response(route),
          Filters.perFilter(route),
          interner.of(config),
          RouteActions.bufferLimit(route));
    }

    private RouteMatch match(WireMessage match) {
      List<QueryParameterMatcher> parameters = new ArrayList<>();
      for (WireMessage parameter : match.messages("query_parameters")) {
        parameters.add(Matchers.query(parameter));
      }
      WireMessage runtime = match.message("runtime_fraction");
      FractionalPercent fraction = runtime == null ? null : Matchers.runtimeFraction(runtime);
      return new RouteMatch(
          Matchers.path(match),
          Matchers.headers(match.messages("headers")),
          parameters,
          match.has("grpc"),
          fraction,
          holdsWithoutMetadata(match.messages("dynamic_metadata")));
    }

    private static boolean holdsWithoutMetadata(List<WireMessage> matchers) {
      boolean holds = true;
      for (WireMessage matcher : matchers) {
        Matchers.required(matcher.string("filter"), "MetadataMatcher.filter");
        Matchers.required(matcher.message("value"), "MetadataMatcher.value");
        if (matcher.messages("path").isEmpty()) {
          throw new IllegalArgumentException(
              "MetadataMatcher.path: value must contain at least 1 item(s)");
        }
        // No value matches what is not there.
        holds &= matcher.bool("invert");
      }
      return holds;
    }
  }
}
