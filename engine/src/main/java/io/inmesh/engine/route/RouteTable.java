package io.inmesh.engine.route;

import io.inmesh.engine.match.Ascii;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One route configuration: virtual hosts, indexed by domain when built. Immutable.
 *
 * <p>Choice of the virtual host: exact domain, then suffix wildcards from the longest, then prefix
 * wildcards from the longest, then {@code *}; a wildcard never stands for nothing.
 */
public final class RouteTable {
  private final String name;
  private final List<VirtualHost> virtualHosts;
  private final boolean ignorePortInHostMatching;
  private final boolean ignorePathParameters;
  private final boolean mostSpecificHeaderMutationsWins;
  private final HeaderMutations requestHeaders;
  private final HeaderMutations responseHeaders;
  private final FilterOverrides filters;
  private final List<MirrorPolicy> mirrors;

  private final @Nullable HostIndex<VirtualHost> exact;
  private final Wildcards suffixes;
  private final Wildcards prefixes;
  private final @Nullable VirtualHost fallback;

  private record Wildcards(int[] lengths, List<HostIndex<VirtualHost>> tables) {}

  /** The same, with path parameters as part of the path. */
  public RouteTable(
      String name,
      List<VirtualHost> virtualHosts,
      boolean ignorePortInHostMatching,
      boolean mostSpecificHeaderMutationsWins,
      HeaderMutations requestHeaders,
      HeaderMutations responseHeaders) {
    this(
        name,
        virtualHosts,
        ignorePortInHostMatching,
        false,
        mostSpecificHeaderMutationsWins,
        requestHeaders,
        responseHeaders,
        FilterOverrides.NONE,
        List.of());
  }

  /**
   * @param ignorePathParameters whether routes see a path without the parameters of its segments
   * @param filters what it says to HTTP filters
   * @param mirrors copies of requests, where neither route nor virtual host names any
   * @throws IllegalArgumentException with Envoy's words for duplicate domains and a second {@code
   *     *}
   */
  public RouteTable(
      String name,
      List<VirtualHost> virtualHosts,
      boolean ignorePortInHostMatching,
      boolean ignorePathParameters,
      boolean mostSpecificHeaderMutationsWins,
      HeaderMutations requestHeaders,
      HeaderMutations responseHeaders,
      FilterOverrides filters,
      List<MirrorPolicy> mirrors) {
    this.name = name;
    this.virtualHosts = List.copyOf(virtualHosts);
    this.ignorePortInHostMatching = ignorePortInHostMatching;
    this.ignorePathParameters = ignorePathParameters;
    this.mostSpecificHeaderMutationsWins = mostSpecificHeaderMutationsWins;
    this.requestHeaders = requestHeaders;
    this.responseHeaders = responseHeaders;
    this.filters = filters;
    this.mirrors = List.copyOf(mirrors);
    Map<String, VirtualHost> exactDomains = new HashMap<>();
    Map<String, VirtualHost> suffixDomains = new HashMap<>();
    Map<String, VirtualHost> prefixDomains = new HashMap<>();
    VirtualHost any = null;
    for (VirtualHost host : this.virtualHosts) {
      for (String domain : host.domains()) {
        String lower = Ascii.lower(domain);
        if (lower.equals("*")) {
          if (any != null) {
            throw new IllegalArgumentException(
                "Only a single wildcard domain is permitted in route " + name);
          }
          any = host;
        } else if (lower.startsWith("*")) {
          unique(suffixDomains, lower.substring(1), host, domain);
        } else if (lower.endsWith("*")) {
          unique(prefixDomains, lower.substring(0, lower.length() - 1), host, domain);
        } else {
          unique(exactDomains, lower, host, domain);
        }
      }
    }
    exact = exactDomains.isEmpty() ? null : new HostIndex<>(exactDomains);
    suffixes = wildcards(suffixDomains);
    prefixes = wildcards(prefixDomains);
    fallback = any;
  }

  public RouteTable(String name, List<VirtualHost> virtualHosts) {
    this(name, virtualHosts, false, false, HeaderMutations.NONE, HeaderMutations.NONE);
  }

  public String name() {
    return name;
  }

  public List<VirtualHost> virtualHosts() {
    return virtualHosts;
  }

  /** The part of a path that routes look at. */
  public String matchedPath(String path) {
    return ignorePathParameters && path.indexOf(';') >= 0 ? withoutParameters(path) : path;
  }

  private static String withoutParameters(String path) {
    StringBuilder bare = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == ';') {
        int next = path.indexOf('/', i);
        if (next < 0) {
          break;
        }
        i = next;
      }
      bare.append(path.charAt(i));
    }
    return bare.toString();
  }

  /** Whether the order of header mutations is reversed, so that the route's win. */
  public boolean mostSpecificHeaderMutationsWins() {
    return mostSpecificHeaderMutationsWins;
  }

  public HeaderMutations requestHeaders() {
    return requestHeaders;
  }

  public HeaderMutations responseHeaders() {
    return responseHeaders;
  }

  /** What it says to HTTP filters. */
  public FilterOverrides filters() {
    return filters;
  }

  /** Copies of requests, where neither route nor virtual host names any. */
  public List<MirrorPolicy> mirrors() {
    return mirrors;
  }

  /** The virtual host of an authority, or null where none matches. No allocation. */
  public @Nullable VirtualHost virtualHost(String authority) {
    int end = ignorePortInHostMatching ? withoutPort(authority) : authority.length();
    if (exact != null) {
      VirtualHost found = exact.get(authority, 0, end);
      if (found != null) {
        return found;
      }
    }
    int[] lengths = suffixes.lengths;
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < end) {
        VirtualHost found = suffixes.tables.get(i).get(authority, end - lengths[i], end);
        if (found != null) {
          return found;
        }
      }
    }
    lengths = prefixes.lengths;
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < end) {
        VirtualHost found = prefixes.tables.get(i).get(authority, 0, lengths[i]);
        if (found != null) {
          return found;
        }
      }
    }
    return fallback;
  }

  private static int withoutPort(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean none = colon < 0 || authority.indexOf(']', colon) >= 0;
    return none ? authority.length() : colon;
  }

  private void unique(Map<String, VirtualHost> table, String key, VirtualHost host, String domain) {
    if (table.putIfAbsent(key, host) != null) {
      throw new IllegalArgumentException(
          "Only unique values for domains are permitted. Duplicate entry of domain "
              + domain.toLowerCase(Locale.ROOT)
              + " in route "
              + name);
    }
  }

  private static Wildcards wildcards(Map<String, VirtualHost> domains) {
    // The longest first; no stream, whose lambdas would be linked while a start waits.
    Map<Integer, Map<String, VirtualHost>> byLength = new TreeMap<>(Collections.reverseOrder());
    domains.forEach(
        (key, host) -> byLength.computeIfAbsent(key.length(), l -> new HashMap<>()).put(key, host));
    int[] lengths = new int[byLength.size()];
    List<HostIndex<VirtualHost>> hosts = new ArrayList<>(lengths.length);
    for (Map.Entry<Integer, Map<String, VirtualHost>> entry : byLength.entrySet()) {
      lengths[hosts.size()] = entry.getKey();
      hosts.add(new HostIndex<>(entry.getValue()));
    }
    return new Wildcards(lengths, hosts);
  }
}
