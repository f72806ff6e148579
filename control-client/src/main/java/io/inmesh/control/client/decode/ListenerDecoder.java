package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization.EscapedSlashes;
import io.inmesh.engine.listener.FilterChainAction.RouterOptions;
import io.inmesh.engine.listener.FilterChainAction.Routes;
import io.inmesh.engine.listener.FilterChainAction.ServerHeader;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.ForwardedClientCert;
import io.inmesh.engine.listener.HostStripping;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.listener.NetworkFilter;
import io.inmesh.engine.match.UnsupportedFeatureException;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.route.ClusterSpecifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Listeners. What is refused turns the filter chain it stands in into one that refuses. */
public final class ListenerDecoder implements ResourceDecoder<Listener> {
  private static final String HCM =
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  private static final String TCP_PROXY = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
  private static final String ROUTER = "envoy.extensions.filters.http.router.v3.Router";
  private static final Duration DEFAULT_STREAM_IDLE = Duration.ofMinutes(5);

  /** What a listener says for all of its chains. */
  private record OfListener(long bufferLimit, boolean ingress) {}

  private final FieldTable table;
  private final Interner interner;
  private final RouteDecoder routes;

  public ListenerDecoder(FieldTable table, Interner interner) {
    this.table = table;
    this.interner = interner;
    this.routes = new RouteDecoder(table, interner);
  }

  @Override
  public Decoded<Listener> decode(String name, WireMessage message) {
    Containment containment = new Containment(table, message);
    String refused = containment.belowExcept("", "filter_chains", "default_filter_chain");
    OfListener of =
        new OfListener(
            message.wrappedNumber(
                "per_connection_buffer_limit_bytes", HttpConnectionManager.DEFAULT_BUFFER_LIMIT),
            message.enumName("traffic_direction").equals("INBOUND"));
    List<FilterChain> chains = new ArrayList<>();
    int index = 0;
    for (WireMessage chain : message.messages("filter_chains")) {
      chains.add(chain(chain, containment, "filter_chains[" + index++ + "]", refused, of));
    }
    WireMessage fallback = message.message("default_filter_chain");
    WireMessage address = message.messageOrEmpty("address").messageOrEmpty("socket_address");
    Listener listener =
        new Listener(
            interner.of(message.string("name").isEmpty() ? name : message.string("name")),
            interner.of(Matchers.required(address.string("address"), "SocketAddress.address")),
            (int) address.number("port_value"),
            switch (message.enumName("traffic_direction")) {
              case "INBOUND" -> Listener.Direction.INBOUND;
              case "OUTBOUND" -> Listener.Direction.OUTBOUND;
              default -> Listener.Direction.UNSPECIFIED;
            },
            chains,
            fallback == null
                ? null
                : chain(fallback, containment, "default_filter_chain", refused, of));
    return new Decoded<>(listener, containment.findings());
  }

  private FilterChain chain(
      WireMessage chain,
      Containment containment,
      String path,
      @Nullable String refusedAbove,
      OfListener of) {
    FilterChainMatch match = match(chain.messageOrEmpty("filter_chain_match"));
    String name = interner.of(chain.string("name"));
    List<WireMessage> filters = chain.messages("filters");
    Optional<DownstreamTls> tls;
    try {
      tls = DownstreamContexts.of(chain, interner);
    } catch (UnsupportedFeatureException e) {
      String at = path + ".transport_socket";
      String what = containment.add(at, String.valueOf(e.getMessage()), "tlspart").path();
      return new FilterChain(
          name, match, new FilterChainAction.Refuse("unsupported{" + what + "}"));
    }
    if (filters.isEmpty()) {
      return new FilterChain(name, match, new FilterChainAction.Refuse(path + " has no filters"));
    }
    int last = filters.size() - 1;
    String at = path + ".filters[" + last + "].typed_config";
    String refused = refusedAbove;
    if (refused == null) {
      refused = containment.belowExcept(path, contained(filters, last));
    }
    if (refused == null) {
      WireMessage any = filters.get(last).messageOrEmpty("typed_config");
      try {
        return new FilterChain(
            name,
            match,
            networkFilters(filters.subList(0, last)),
            action(any, containment, at, of),
            tls);
      } catch (UnsupportedFeatureException e) {
        String what = e.getMessage() == null ? "" : e.getMessage();
        refused = containment.add(at, what).path();
      }
    }
    boolean http = filters.get(last).messageOrEmpty("typed_config").anyType().equals(HCM);
    return new FilterChain(
        name,
        match,
        List.of(),
        new FilterChainAction.Refuse("unsupported{" + refused + "}", http),
        tls);
  }

  // What else stands before the last filter is refused by the table of supported fields, or does
  // nothing to a connection.
  private static List<NetworkFilter> networkFilters(List<WireMessage> filters) {
    List<NetworkFilter> out = new ArrayList<>();
    for (WireMessage filter : filters) {
      WireMessage any = filter.messageOrEmpty("typed_config");
      if (any.anyType().equals(Rbacs.NETWORK_TYPE)) {
        WireMessage content = any.anyContent();
        if (content != null) {
          out.add(new NetworkFilter.Rbac(filter.string("name"), Rbacs.network(content)));
        }
      }
    }
    return out;
  }

  // The routes of an inline table contain their own, and a disabled filter does nothing; but a
  // route may switch access control on.
  private static String[] contained(List<WireMessage> filters, int last) {
    String manager = "filters[" + last + "].typed_config";
    List<String> places = new ArrayList<>();
    places.add(manager + ".route_config");
    WireMessage any = filters.get(last).messageOrEmpty("typed_config");
    WireMessage content = any.anyType().equals(HCM) ? any.anyContent() : null;
    if (content != null) {
      int index = 0;
      for (WireMessage filter : content.messages("http_filters")) {
        boolean rbac = filter.messageOrEmpty("typed_config").anyType().equals(Rbacs.TYPE);
        if (filter.bool("disabled") && !rbac) {
          places.add(manager + ".http_filters[" + index + "]");
        }
        index++;
      }
    }
    return places.toArray(new String[0]);
  }

  private FilterChainAction action(
      WireMessage any, Containment containment, String path, OfListener of) {
    WireMessage content = any.anyContent();
    if (content != null && any.anyType().equals(HCM)) {
      return http(content, containment, path, of);
    }
    if (content != null && any.anyType().equals(TCP_PROXY)) {
      return tcp(content);
    }
    return new FilterChainAction.Refuse("no terminal filter but " + any.anyType());
  }

  private FilterChainAction http(
      WireMessage manager, Containment containment, String path, OfListener of) {
    Routes where;
    switch (manager.which("route_specifier")) {
      case "rds" ->
          where =
              new Routes.Named(
                  interner.of(
                      Matchers.required(
                          manager.messageOrEmpty("rds").string("route_config_name"),
                          "Rds.route_config_name")));
      case "route_config" ->
          where =
              new Routes.Inline(
                  routes.table(
                      manager.messageOrEmpty("route_config"), containment, path + ".route_config"));
      default ->
          throw new IllegalArgumentException("HttpConnectionManager.route_specifier: is required");
    }
    return new HttpConnectionManager(
        where,
        normalization(manager),
        Filters.of(manager),
        trust(manager),
        server(manager),
        router(manager),
        Matchers.duration(manager, "stream_idle_timeout", DEFAULT_STREAM_IDLE),
        Matchers.duration(
            manager.messageOrEmpty("common_http_protocol_options"),
            "max_stream_duration",
            Duration.ZERO),
        of.bufferLimit(),
        manager.wrappedBool("generate_request_id", true),
        hostStripping(manager),
        of.ingress(),
        clientCert(manager),
        manager.has("tracing"));
  }

  private static ForwardedClientCert clientCert(WireMessage manager) {
    WireMessage details = manager.messageOrEmpty("set_current_client_cert_details");
    return new ForwardedClientCert(
        ForwardedClientCert.Mode.valueOf(manager.enumName("forward_client_cert_details")),
        details.wrappedBool("subject", false),
        details.bool("uri"),
        details.bool("dns"));
  }

  private static HostStripping hostStripping(WireMessage manager) {
    boolean matching = manager.bool("strip_matching_host_port");
    boolean any = manager.bool("strip_any_host_port");
    if (matching && any) {
      throw new IllegalArgumentException(
          "Error: Only one of `strip_matching_host_port` or `strip_any_host_port` can be set.");
    }
    return new HostStripping(
        manager.bool("strip_trailing_host_dot"),
        any
            ? HostStripping.Port.ANY
            : matching ? HostStripping.Port.MATCHING : HostStripping.Port.NONE);
  }

  private static CallerTrust trust(WireMessage manager) {
    return new CallerTrust(
        manager.wrappedBool("use_remote_address", false),
        (int) Math.min(manager.number("xff_num_trusted_hops"), Integer.MAX_VALUE),
        ranges(manager.messageOrEmpty("internal_address_config"), "cidr_ranges"));
  }

  private ServerHeader server(WireMessage manager) {
    String name = manager.string("server_name");
    return new ServerHeader(
        name.isEmpty() ? "envoy" : interner.of(name),
        switch (manager.enumName("server_header_transformation")) {
          case "APPEND_IF_ABSENT" -> ServerHeader.Transformation.APPEND_IF_ABSENT;
          case "PASS_THROUGH" -> ServerHeader.Transformation.PASS_THROUGH;
          default -> ServerHeader.Transformation.OVERWRITE;
        });
  }

  private static RouterOptions router(WireMessage manager) {
    for (WireMessage filter : manager.messages("http_filters")) {
      WireMessage any = filter.message("typed_config");
      WireMessage content = any != null && any.anyType().equals(ROUTER) ? any.anyContent() : null;
      if (content != null) {
        return new RouterOptions(
            content.bool("suppress_envoy_headers"), content.bool("respect_expected_rq_timeout"));
      }
    }
    return RouterOptions.DEFAULT;
  }

  private static PathNormalization normalization(WireMessage manager) {
    return new PathNormalization(
        manager.wrappedBool("normalize_path", false),
        manager.bool("merge_slashes"),
        switch (manager.enumName("path_with_escaped_slashes_action")) {
          case "REJECT_REQUEST" -> EscapedSlashes.REJECT_REQUEST;
          case "UNESCAPE_AND_REDIRECT" -> EscapedSlashes.UNESCAPE_AND_REDIRECT;
          case "UNESCAPE_AND_FORWARD" -> EscapedSlashes.UNESCAPE_AND_FORWARD;
          default -> EscapedSlashes.KEEP_UNCHANGED;
        });
  }

  private FilterChainAction tcp(WireMessage proxy) {
    switch (proxy.which("cluster_specifier")) {
      case "cluster":
        return new FilterChainAction.TcpProxy(
            new ClusterSpecifier.Single(interner.of(proxy.string("cluster"))));
      case "weighted_clusters":
        List<ClusterSpecifier.WeightedCluster> clusters = new ArrayList<>();
        for (WireMessage entry : proxy.messageOrEmpty("weighted_clusters").messages("clusters")) {
          clusters.add(
              new ClusterSpecifier.WeightedCluster(
                  interner.of(entry.string("name")), entry.number("weight")));
        }
        return new FilterChainAction.TcpProxy(new ClusterSpecifier.Weighted(clusters));
      default:
        throw new IllegalArgumentException("TcpProxy.cluster_specifier: is required");
    }
  }

  private FilterChainMatch match(WireMessage match) {
    Set<Integer> ports = new HashSet<>();
    for (long port : match.numbers("source_ports")) {
      ports.add((int) port);
    }
    List<String> protocols = new ArrayList<>();
    for (String protocol : match.strings("application_protocols")) {
      protocols.add(interner.of(protocol));
    }
    return new FilterChainMatch(
        (int) match.wrappedNumber("destination_port", 0),
        ranges(match, "prefix_ranges"),
        match.strings("server_names"),
        interner.of(match.string("transport_protocol")),
        protocols,
        ranges(match, "direct_source_prefix_ranges"),
        switch (match.enumName("source_type")) {
          case "SAME_IP_OR_LOOPBACK" -> FilterChainMatch.SourceType.SAME_IP_OR_LOOPBACK;
          case "EXTERNAL" -> FilterChainMatch.SourceType.EXTERNAL;
          default -> FilterChainMatch.SourceType.ANY;
        },
        ranges(match, "source_prefix_ranges"),
        ports);
  }

  private static List<Cidr> ranges(WireMessage match, String field) {
    List<Cidr> out = new ArrayList<>();
    for (WireMessage range : match.messages(field)) {
      out.add(Matchers.cidr(range));
    }
    return out;
  }
}
