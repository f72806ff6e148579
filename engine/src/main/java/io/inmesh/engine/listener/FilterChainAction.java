package io.inmesh.engine.listener;

import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.RouteTable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a filter chain does with a connection. */
public sealed interface FilterChainAction {
  /** How paths are normalised before anything matches them. */
  record PathNormalization(boolean normalize, boolean mergeSlashes, EscapedSlashes escapedSlashes) {
    /** What to do with {@code %2F} and {@code %5C}. */
    public enum EscapedSlashes {
      KEEP_UNCHANGED,
      REJECT_REQUEST,
      UNESCAPE_AND_REDIRECT,
      UNESCAPE_AND_FORWARD
    }

    /** Paths stay as they are. */
    public static final PathNormalization NONE =
        new PathNormalization(false, false, EscapedSlashes.KEEP_UNCHANGED);

    /** Istio's default. */
    public static final PathNormalization BASE =
        new PathNormalization(true, false, EscapedSlashes.KEEP_UNCHANGED);
  }

  /** Where the routes of a connection manager are. */
  sealed interface Routes {
    /** In the route table of this name. */
    record Named(String routeTable) implements Routes {}

    /** Here. */
    record Inline(RouteTable table) implements Routes {}
  }

  /**
   * HTTP.
   *
   * @param fault the fault filter's own policy; {@code FaultPolicy.NONE} where the filter is there
   *     without one; null where the filter is absent, so that policies of routes do nothing
   * @param serverName value of the response header {@code server}
   * @param streamIdleTimeout 0 is none
   */
  record HttpConnectionManager(
      Routes routes,
      PathNormalization pathNormalization,
      @Nullable FaultPolicy fault,
      String serverName,
      Duration streamIdleTimeout,
      boolean stripTrailingHostDot)
      implements FilterChainAction {
    /** The routes of a named table, Istio's defaults for the rest. */
    public static HttpConnectionManager named(String routeTable) {
      return new HttpConnectionManager(
          new Routes.Named(routeTable),
          PathNormalization.BASE,
          FaultPolicy.NONE,
          "envoy",
          Duration.ZERO,
          false);
    }
  }

  /** Bytes to a cluster. */
  record TcpProxy(ClusterSpecifier cluster) implements FilterChainAction {}

  /**
   * Every connection is refused, because a field of the chain is not supported.
   *
   * @param reason the path of that field
   * @param http whether the chain speaks HTTP: a request is then answered 403, a connection that
   *     does not is closed
   */
  record Refuse(String reason, boolean http) implements FilterChainAction {
    /** A chain of L4: the connection is closed. */
    public Refuse(String reason) {
      this(reason, false);
    }
  }
}
