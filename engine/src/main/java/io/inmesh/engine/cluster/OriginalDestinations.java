package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.Cluster.OriginalDst;
import io.inmesh.engine.net.IpAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of an ORIGINAL_DST cluster that are not simply where the app connects to: a header of
 * the request names them, or the cluster has a port of its own. A host that nobody has asked for
 * over a whole cleanup interval is forgotten. Thread-safe.
 */
final class OriginalDestinations {
  private static final long CLEANUP_NANOS = 5_000_000_000L;
  private static final int MAX_PORT = 65535;

  private final Cluster cluster;
  private final OriginalDst config;
  private volatile Map<String, Host> used = new ConcurrentHashMap<>();
  private volatile Map<String, Host> usedBefore = Map.of();
  private long cleanedNanos;

  private OriginalDestinations(Cluster cluster, long nowNanos) {
    this.cluster = cluster;
    this.config = cluster.originalDst();
    cleanedNanos = nowNanos;
  }

  /** Null where the cluster always goes where the app connects to. */
  static @Nullable OriginalDestinations of(Cluster cluster, long nowNanos) {
    return cluster.type() == Cluster.Type.ORIGINAL_DST
            && cluster.originalDst().changesDestinations()
        ? new OriginalDestinations(cluster, nowNanos)
        : null;
  }

  /**
   * The host of a request, or null where its address is not known.
   *
   * @param own stands for the address that the app connects to
   */
  @Nullable Host of(Host own, PickContext context) {
    String named = config.header().isEmpty() ? null : context.requestHeader(config.header());
    Endpoint endpoint = named == null ? null : parse(named);
    if (endpoint != null) {
      return at(config.port() < 0 ? endpoint : new Endpoint(endpoint.address(), config.port()));
    }
    if (config.port() < 0) {
      return own;
    }
    String ip = context.destinationIp();
    return ip == null ? null : at(new Endpoint(ip, config.port()));
  }

  /** Time passes. Called by one thread at a time. */
  void tick(long nowNanos) {
    if (nowNanos - cleanedNanos >= CLEANUP_NANOS) {
      cleanedNanos = nowNanos;
      usedBefore = used;
      used = new ConcurrentHashMap<>();
    }
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
