package io.inmesh.it.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one node, made of its configuration: every listener, filter chain, virtual host
 * and route, and what only just misses them.
 */
final class RequestPlan {
  private static final String ANY = "0.0.0.0";
  // RFC 5737: an address that no registry knows.
  private static final String ELSEWHERE = "192.0.2.10";
  private static final String UNKNOWN = "unknown.example";
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+");
  private static final int UNKNOWN_PORT = 4567;
  private static final List<String> ODD_PATHS =
      List.of("//", "/./", "/x/../", "/x//..//", "/%2e/", "/;p=1/");

  private final Recording recording;
  private final EngineSide names;
  private final Set<OracleRequest> requests = new LinkedHashSet<>();

  private RequestPlan(Recording recording, EngineSide names) {
    this.recording = recording;
    this.names = names;
  }

  /**
   * The requests.
   *
   * @param names knows addresses of hosts
   */
  static List<OracleRequest> of(Recording recording, EngineSide names) {
    RequestPlan plan = new RequestPlan(recording, names);
    for (Listener listener : recording.outbound()) {
      plan.listener(listener);
    }
    return List.copyOf(plan.requests);
  }

  private void listener(Listener listener) {
    boolean catchesAll = listener.getUseOriginalDst().getValue();
    int own = listener.getAddress().getSocketAddress().getPortValue();
    String address = listener.getAddress().getSocketAddress().getAddress();
    String bound = address.equals(ANY) ? null : address;
    int port = catchesAll ? UNKNOWN_PORT : own;
    String somewhere = bound == null ? ELSEWHERE : bound;
    anyProtocol(UNKNOWN, somewhere, port);
    requests.add(OracleRequest.get("http", somewhere, somewhere, port).seenWhole());
    requests.add(OracleRequest.get("https", somewhere, somewhere, port).seenWhole());
    for (FilterChain chain : chains(listener)) {
      chain(chain, bound, port);
    }
    for (String host : hosts()) {
      String ip = names.ip(host);
      if (ip != null && (bound == null || bound.equals(ip))) {
        anyProtocol(host, ip, port);
      }
    }
  }

  private void chain(FilterChain chain, @Nullable String bound, int port) {
    String somewhere = bound == null ? ELSEWHERE : bound;
    if (chain.getFilterChainMatch().hasDestinationPort()) {
      anyProtocol(UNKNOWN, somewhere, chain.getFilterChainMatch().getDestinationPort().getValue());
    }
    for (CidrRange range : chain.getFilterChainMatch().getPrefixRangesList()) {
      String first = range.getAddressPrefix();
      String inside = first.substring(0, first.lastIndexOf('.') + 1) + "77";
      anyProtocol(inside, inside, port);
      anyProtocol(UNKNOWN, inside, port);
    }
    for (String name : chain.getFilterChainMatch().getServerNamesList()) {
      String host = sample(name);
      anyProtocol(host, address(host, bound), port);
      anyProtocol("sub." + host, address(host, bound), port);
      anyProtocol(host.substring(host.indexOf('.') + 1), somewhere, port);
    }
    RouteConfiguration table = table(chain);
    if (table != null) {
      for (VirtualHost host : table.getVirtualHostsList()) {
        virtualHost(host, bound, port);
      }
    }
  }

  private void virtualHost(VirtualHost host, @Nullable String bound, int port) {
    for (String domain : host.getDomainsList()) {
      String name = sample(domain);
      OracleRequest base = OracleRequest.get("http", name, address(name, bound), port);
      requests.add(base);
      requests.add(base.withAuthority(name));
    }
    String name = sample(host.getDomains(0));
    OracleRequest base = OracleRequest.get("http", name, address(name, bound), port);
    requests.add(base.withAuthority(name + ":1"));
    requests.add(base.withAuthority(name.toUpperCase(Locale.ROOT)));
    requests.add(base.withAuthority(name + "."));
    requests.add(base.withAuthority("sub." + name));
    requests.add(base.withAuthority(name.substring(name.indexOf('.') + 1)));
    for (Route route : host.getRoutesList()) {
      MatchSamples samples = new MatchSamples(route.getMatch(), base);
      OracleRequest positive = samples.positive();
      requests.add(positive.seenWhole());
      requests.addAll(samples.variants());
      if (host.getRoutesCount() > 1) {
        for (String odd : ODD_PATHS) {
          requests.add(positive.withPath(odd + positive.path().substring(1)));
        }
      }
    }
  }

  // A connection in clear and a TLS greeting.
  private void anyProtocol(String host, String ip, int port) {
    requests.add(OracleRequest.get("http", host, ip, port));
    requests.add(OracleRequest.get("https", host, ip, port));
  }

  private String address(String host, @Nullable String bound) {
    if (bound != null) {
      return bound;
    }
    if (LITERAL.matcher(host).matches()) {
      return host;
    }
    String named = names.ip(host);
    return named == null ? ELSEWHERE : named;
  }

  private Set<String> hosts() {
    Set<String> hosts = new LinkedHashSet<>();
    for (RouteConfiguration table : recording.routes().values()) {
      for (VirtualHost host : table.getVirtualHostsList()) {
        hosts.add(sample(host.getDomains(0)));
      }
    }
    return hosts;
  }

  private @Nullable RouteConfiguration table(FilterChain chain) {
    for (Filter filter : chain.getFiltersList()) {
      if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
        try {
          HttpConnectionManager manager =
              filter.getTypedConfig().unpack(HttpConnectionManager.class);
          return manager.hasRds()
              ? recording.routes().get(manager.getRds().getRouteConfigName())
              : manager.getRouteConfig();
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalArgumentException(e);
        }
      }
    }
    return null;
  }

  private static List<FilterChain> chains(Listener listener) {
    List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
    if (listener.hasDefaultFilterChain()) {
      chains.add(listener.getDefaultFilterChain());
    }
    return chains;
  }

  private static String sample(String domain) {
    return domain.equals("*") ? UNKNOWN : domain.replace("*", "some");
  }
}
