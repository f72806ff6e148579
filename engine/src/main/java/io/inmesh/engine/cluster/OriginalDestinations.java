package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.Cluster.OriginalDst;
import io.inmesh.engine.net.IpAddress;
import io.inmesh.engine.net.Mix;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of an ORIGINAL_DST cluster that the mesh itself has to connect to: a header of the
 * request names them, the cluster has a port of its own, or TLS is spoken to them, which is known
 * by ip and port. Where a name has several addresses each attempt takes one of them. A host that
 * nobody has asked for over a whole cleanup interval is forgotten. Thread-safe.
 */
final class OriginalDestinations {
  private static final long CLEANUP_NANOS = 5_000_000_000L;
  private static final int MAX_PORT = 65535;

  private final Cluster cluster;
  private final OriginalDst config;
  private final boolean needsAddress;
  private final ResolvedNames names;
  private volatile Map<String, Host> used = new ConcurrentHashMap<>();
  private volatile Map<String, Host> usedBefore = Map.of();
  private long cleanedNanos;

  private OriginalDestinations(Cluster cluster, long nowNanos) {
    this.cluster = cluster;
    this.config = cluster.originalDst();
    this.needsAddress = config.port() >= 0 || isSecured(cluster);
    this.names = new ResolvedNames(nowNanos);
    cleanedNanos = nowNanos;
  }

  /** Null where the app's own connection will do. */
  static @Nullable OriginalDestinations of(Cluster cluster, long nowNanos) {
    return cluster.type() == Cluster.Type.ORIGINAL_DST
            && (cluster.originalDst().changesDestinations() || isSecured(cluster))
        ? new OriginalDestinations(cluster, nowNanos)
        : null;
  }

  private static boolean isSecured(Cluster cluster) {
    return !(cluster.transportSecurity().socketFor(Endpoint.ORIGINAL_DESTINATION)
        instanceof TransportSocket.RawBuffer);
  }

  /** Whether requests to a name have to wait until its addresses are known. */
  boolean lacksAddress(String name) {
    return needsAddress && !names.isFresh(name);
  }

  /** The addresses of a name, none if it has none. */
  void resolved(String name, List<String> ips) {
    names.put(name, ips);
  }

  /**
   * The host of a request, or null where its address is not known.
   *
   * @param own stands for the address that the app connects to
   */
  @Nullable Host of(Host own, PickContext context, long random) {
    String named = config.header().isEmpty() ? null : context.requestHeader(config.header());
    Endpoint endpoint = named == null ? null : parse(named);
    if (endpoint != null) {
      return at(config.port() < 0 ? endpoint : new Endpoint(endpoint.address(), config.port()));
    }
    if (!needsAddress) {
      return own;
    }
    Destination to = context.destination();
    List<String> ips =
        to == null ? List.of() : to.ips().isEmpty() ? names.addresses(to.host()) : to.ips();
    if (to == null || ips.isEmpty()) {
      return null;
    }
    int port = config.port() < 0 ? to.port() : config.port();
    Host host = oneOf(ips, port, random);
    int left = ips.size() == 1 ? 0 : context.hostSelectionAttempts();
    for (int i = 1; left > 0 && context.rejects(host); i++, left--) {
      host = oneOf(ips, port, Mix.draw(random, -1 - i));
    }
    return host;
  }

  private Host oneOf(List<String> ips, int port, long random) {
    int index = ips.size() == 1 ? 0 : (int) Long.remainderUnsigned(random, ips.size());
    return at(new Endpoint(ips.get(index), port));
  }

  /** Time passes. Called by one thread at a time. */
  void tick(long nowNanos) {
    if (nowNanos - cleanedNanos >= CLEANUP_NANOS) {
      cleanedNanos = nowNanos;
      usedBefore = used;
      used = new ConcurrentHashMap<>();
    }
    names.tick(nowNanos);
  }

  /** The host at an address, which somebody asks for. */
  Host at(Endpoint endpoint) {
    String address = endpoint.socketAddress();
    Host known = used.get(address);
    return known != null
        ? known
        : used.computeIfAbsent(
            address,
            key -> {
              Host before = usedBefore.get(key);
              return before != null
                  ? before
                  : new Host(cluster, endpoint, Locality.UNKNOWN, 0, cleanedNanos);
            });
  }

  /** An ip and a port, that of IPv6 in brackets; null where the text is anything else. */
  private static @Nullable Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      return null;
    }
    boolean brackets = text.charAt(0) == '[' && text.charAt(colon - 1) == ']';
    String literal = brackets ? text.substring(1, colon - 1) : text.substring(0, colon);
    int port = port(text, colon + 1);
    boolean right = brackets == (literal.indexOf(':') >= 0) && literal.indexOf('[') < 0;
    return right && port >= 0 && IpAddress.parse(literal) != null && !hasLeadingZero(literal)
        ? new Endpoint(literal, port)
        : null;
  }

  // Some readers take such a part of an IPv4 address as octal.
  private static boolean hasLeadingZero(String literal) {
    for (int i = 0; i + 1 < literal.length() && literal.indexOf(':') < 0; i++) {
      boolean first = i == 0 || literal.charAt(i - 1) == '.';
      if (first && literal.charAt(i) == '0' && literal.charAt(i + 1) != '.') {
        return true;
      }
    }
    return false;
  }

  private static int port(String text, int from) {
    int port = from < text.length() ? 0 : -1;
    for (int i = from; i < text.length() && port >= 0; i++) {
      int digit = text.charAt(i) - '0';
      port = digit < 0 || digit > 9 || port > MAX_PORT ? -1 : port * 10 + digit;
    }
    return port > MAX_PORT ? -1 : port;
  }
}
