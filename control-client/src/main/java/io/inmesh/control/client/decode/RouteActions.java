package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.MetadataMatch;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.UnsupportedFeatureException;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.HashPolicy;
import io.inmesh.engine.route.HedgePolicy;
import io.inmesh.engine.route.HostRewrite;
import io.inmesh.engine.route.MirrorPolicy;
import io.inmesh.engine.route.PathRewrite;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteTimeouts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route does with a request. */
final class RouteActions {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

  private static final String URI_TEMPLATE_REWRITE =
      "envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig";

  private RouteActions() {}

  static RouteAction read(WireMessage route, PathMatcher matched, Interner interner, long maxBody) {
    switch (route.which("action")) {
      case "route":
        return forward(route, route.messageOrEmpty("route"), matched, interner);
      case "redirect":
        return redirect(route.messageOrEmpty("redirect"));
      case "direct_response":
        return direct(route.messageOrEmpty("direct_response"), maxBody);
      default:
        throw new IllegalArgumentException("Route.action: is required");
    }
  }

  private static RouteAction forward(
      WireMessage route, WireMessage action, PathMatcher matched, Interner interner) {
    String operation = route.messageOrEmpty("decorator").string("operation");
    MetadataMatch criteria = Structs.lbMetadataMatch(action);
    return RouteAction.Forward.to(cluster(action, criteria, interner))
        .pathRewrite(pathRewrite(action, matched))
        .hostRewrite(hostRewrite(action))
        .appendXForwardedHost(action.bool("append_x_forwarded_host"))
        .timeouts(timeouts(action))
        .retryPolicy(Retries.of(action, interner))
        .hashPolicies(hashPolicies(action))
        .mirrors(mirrors(action))
        .clusterNotFoundStatus(
            switch (action.enumName("cluster_not_found_response_code")) {
              case "NOT_FOUND" -> 404;
              case "INTERNAL_SERVER_ERROR" -> 500;
              default -> 503;
            })
        .decoratorOperation(operation.isEmpty() ? null : interner.of(operation))
        .highPriority(action.enumName("priority").equals("HIGH"))
        .hedgePolicy(hedge(action))
        .rateLimits(RateLimits.descriptors(action))
        .includeVirtualHostRateLimits(action.wrappedBool("include_vh_rate_limits", false))
        .cors(Filters.legacyCors(action))
        .metadataMatch(criteria)
        .build();
  }

  private static ClusterSpecifier cluster(
      WireMessage action, @Nullable MetadataMatch criteria, Interner interner) {
    switch (action.which("cluster_specifier")) {
      case "cluster":
        return new ClusterSpecifier.Single(interner.of(action.string("cluster")));
      case "cluster_header":
        return new ClusterSpecifier.FromHeader(
            Ascii.lower(
                Matchers.required(action.string("cluster_header"), "RouteAction.cluster_header")));
      case "weighted_clusters":
        return weighted(action.messageOrEmpty("weighted_clusters"), criteria, interner);
      default:
        throw new IllegalArgumentException("RouteAction.cluster_specifier: is required");
    }
  }

  private static ClusterSpecifier weighted(
      WireMessage weighted, @Nullable MetadataMatch criteria, Interner interner) {
    List<ClusterSpecifier.WeightedCluster> clusters = new ArrayList<>();
    for (WireMessage entry : weighted.messages("clusters")) {
      String host = entry.string("host_rewrite_literal");
      MetadataMatch own = Structs.lbMetadataMatch(entry);
      clusters.add(
          new ClusterSpecifier.WeightedCluster(
              interner.of(entry.string("name")),
              orNull(Ascii.lower(entry.string("cluster_header"))),
              entry.wrappedNumber("weight", 0),
              Mutations.request(entry),
              Mutations.response(entry),
              host.isEmpty() ? null : host,
              Filters.perFilter(entry),
              own == null || criteria == null ? own : criteria.with(own)));
    }
    if (clusters.isEmpty()) {
      throw new IllegalArgumentException(
          "WeightedCluster.clusters: value must contain at least 1 item(s)");
    }
    String header = weighted.string("header_name");
    return new ClusterSpecifier.Weighted(
        clusters, header.isEmpty() ? null : header, weighted.wrappedBool("use_hash_policy", false));
  }

  private static PathRewrite pathRewrite(WireMessage action, PathMatcher matched) {
    WireMessage policy = action.message("path_rewrite_policy");
    if (policy == null) {
      return pathRewrite(action);
    }
    if (!action.string("prefix_rewrite").isEmpty() || action.message("regex_rewrite") != null) {
      throw new IllegalArgumentException(
          "Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy");
    }
    WireMessage content = policy.messageOrEmpty("typed_config").anyContent();
    if (content == null || !content.schema().name().equals(URI_TEMPLATE_REWRITE)) {
      throw new UnsupportedFeatureException("path_rewrite_policy");
    }
    return PathRewrite.Template.of(matched, content.string("path_template_rewrite"));
  }

  private static PathRewrite pathRewrite(WireMessage owner) {
    String prefix = owner.string("prefix_rewrite");
    WireMessage regex = owner.message("regex_rewrite");
    if (!prefix.isEmpty() && regex != null) {
      throw new IllegalArgumentException(
          "Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy");
    }
    if (regex != null) {
      return new PathRewrite.Regex(
          Matchers.regex(
              Matchers.required(regex.message("pattern"), "RegexMatchAndSubstitute.pattern")),
          regex.string("substitution"));
    }
    return prefix.isEmpty() ? new PathRewrite.None() : new PathRewrite.Prefix(prefix);
  }

  private static HostRewrite hostRewrite(WireMessage action) {
    switch (action.which("host_rewrite_specifier")) {
      case "host_rewrite_literal":
        return new HostRewrite.Literal(action.string("host_rewrite_literal"));
      case "host_rewrite_header":
        return new HostRewrite.Header(action.string("host_rewrite_header"));
      case "host_rewrite_path_regex":
        WireMessage regex = action.messageOrEmpty("host_rewrite_path_regex");
        return new HostRewrite.PathRegex(
            Matchers.regex(
                Matchers.required(regex.message("pattern"), "RegexMatchAndSubstitute.pattern")),
            regex.string("substitution"));
      case "auto_host_rewrite":
        return action.wrappedBool("auto_host_rewrite", false)
            ? new HostRewrite.Auto()
            : new HostRewrite.None();
      default:
        return new HostRewrite.None();
    }
  }

  private static RouteTimeouts timeouts(WireMessage action) {
    WireMessage stream = action.message("max_stream_duration");
    return new RouteTimeouts(
        Matchers.duration(action, "timeout", DEFAULT_TIMEOUT),
        Matchers.duration(action, "max_grpc_timeout"),
        Matchers.duration(action, "grpc_timeout_offset", Duration.ZERO),
        Matchers.duration(action, "idle_timeout"),
        stream == null
            ? null
            : new RouteTimeouts.MaxStreamDuration(
                Matchers.duration(stream, "max_stream_duration"),
                Matchers.duration(stream, "grpc_timeout_header_max"),
                Matchers.duration(stream, "grpc_timeout_header_offset")));
  }

  private static List<HashPolicy> hashPolicies(WireMessage action) {
    List<HashPolicy> out = new ArrayList<>();
    for (WireMessage policy : action.messages("hash_policy")) {
      boolean terminal = policy.bool("terminal");
      switch (policy.which("policy_specifier")) {
        case "header" -> {
          WireMessage header = policy.messageOrEmpty("header");
          WireMessage rewrite = header.message("regex_rewrite");
          out.add(
              new HashPolicy.Header(
                  Matchers.required(header.string("header_name"), "HashPolicy.Header.header_name"),
                  rewrite == null ? null : Matchers.regex(rewrite.messageOrEmpty("pattern")),
                  rewrite == null ? "" : rewrite.string("substitution"),
                  terminal));
        }
        case "cookie" -> {
          WireMessage cookie = policy.messageOrEmpty("cookie");
          out.add(
              new HashPolicy.Cookie(
                  Matchers.required(cookie.string("name"), "HashPolicy.Cookie.name"),
                  Matchers.duration(cookie, "ttl"),
                  cookie.string("path"),
                  terminal));
        }
        case "connection_properties" -> {
          if (policy.messageOrEmpty("connection_properties").bool("source_ip")) {
            out.add(new HashPolicy.SourceIp(terminal));
          }
        }
        case "query_parameter" ->
            out.add(
                new HashPolicy.QueryParameter(
                    policy.messageOrEmpty("query_parameter").string("name"), terminal));
        default -> {
          // Listed as not used; a hash without it is a hash all the same.
        }
      }
    }
    return out;
  }

  /** The hedging of a route or a virtual host, null where it says nothing. */
  static @Nullable HedgePolicy hedge(WireMessage owner) {
    WireMessage hedge = owner.message("hedge_policy");
    return hedge == null ? null : new HedgePolicy(hedge.bool("hedge_on_per_try_timeout"));
  }

  /** How many bytes of a request are kept, null where a route or virtual host does not say. */
  static @Nullable Long bufferLimit(WireMessage owner) {
    if (owner.has("request_body_buffer_limit")) {
      return owner.wrappedNumber("request_body_buffer_limit", 0);
    }
    return owner.has("per_request_buffer_limit_bytes")
        ? Long.valueOf(owner.wrappedNumber("per_request_buffer_limit_bytes", 0))
        : null;
  }

  static List<MirrorPolicy> mirrors(WireMessage action) {
    List<MirrorPolicy> out = new ArrayList<>();
    for (WireMessage mirror : action.messages("request_mirror_policies")) {
      WireMessage fraction = mirror.message("runtime_fraction");
      out.add(
          new MirrorPolicy(
              mirror.string("cluster"),
              orNull(Ascii.lower(mirror.string("cluster_header"))),
              fraction == null ? FractionalPercent.ALL : Matchers.runtimeFraction(fraction),
              !mirror.bool("disable_shadow_host_suffix_append"),
              orNull(mirror.string("host_rewrite_literal"))));
    }
    return out;
  }

  private static RouteAction redirect(WireMessage redirect) {
    int status =
        switch (redirect.enumName("response_code")) {
          case "FOUND" -> 302;
          case "SEE_OTHER" -> 303;
          case "TEMPORARY_REDIRECT" -> 307;
          case "PERMANENT_REDIRECT" -> 308;
          default -> 301;
        };
    String scheme = redirect.bool("https_redirect") ? "https" : redirect.string("scheme_redirect");
    return new RouteAction.Redirect(
        status,
        orNull(scheme),
        orNull(redirect.string("host_redirect")),
        (int) redirect.number("port_redirect"),
        orNull(redirect.string("path_redirect")),
        pathRewrite(redirect),
        redirect.bool("strip_query"));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static RouteAction direct(WireMessage response, long maxBody) {
    WireMessage source = response.messageOrEmpty("body");
    byte[] body =
        source.has("inline_bytes")
            ? source.bytes("inline_bytes")
            : source.string("inline_string").getBytes(StandardCharsets.UTF_8);
    if (body.length > maxBody) {
      throw new IllegalArgumentException(
          "response body size is " + body.length + " bytes; maximum is " + maxBody);
    }
    return new RouteAction.DirectResponse(
        (int) response.number("status"), new String(body, StandardCharsets.UTF_8));
  }
}
