package io.inmesh.engine.listener;

import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.RouteTable;
import java.time.Duration;
import java.util.List;

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
   * @param filters in order, without the router
   * @param serverHeader value of the response header {@code server}
   * @param streamIdleTimeout 0 is none
   * @param maxStreamDuration 0 is none
   * @param bufferLimit bytes of a request that are kept for retries
   * @param generateRequestId whether a request without {@code x-request-id} gets one
   * @param hostStripping what is taken off the host before a virtual host is looked for
   * @param ingress whether its requests come from outside, to this workload
   * @param clientCert what is said of who sends them
   * @param tracing whether its requests are traced, and so the names of operations told
   */
  record HttpConnectionManager(
      Routes routes,
      PathNormalization pathNormalization,
      List<HttpFilter> filters,
      CallerTrust trust,
      ServerHeader serverHeader,
      RouterOptions router,
      Duration streamIdleTimeout,
      Duration maxStreamDuration,
      long bufferLimit,
      boolean generateRequestId,
      HostStripping hostStripping,
      boolean ingress,
      ForwardedClientCert clientCert,
      boolean tracing)
      implements FilterChainAction {
    /** Envoy's default of {@code per_connection_buffer_limit_bytes}. */
    public static final long DEFAULT_BUFFER_LIMIT = 1 << 20;

    public HttpConnectionManager {
      filters = List.copyOf(filters);
    }

    /** The routes of a named table, Istio's defaults for the rest. */
    public static HttpConnectionManager named(String routeTable) {
      return of(new Routes.Named(routeTable));
    }

    /** Istio's defaults for all but the routes. */
    public static HttpConnectionManager of(Routes routes, HttpFilter... filters) {
      return new HttpConnectionManager(
          routes,
          PathNormalization.BASE,
          filters.length == 0 ? DEFAULT_FILTERS : List.of(filters),
          CallerTrust.NONE,
          ServerHeader.DEFAULT,
          RouterOptions.DEFAULT,
          Duration.ZERO,
          Duration.ZERO,
          DEFAULT_BUFFER_LIMIT,
          true,
          HostStripping.NONE,
          false,
          ForwardedClientCert.SANITIZE,
          false);
    }

    private static final List<HttpFilter> DEFAULT_FILTERS =
        List.of(new HttpFilter.Fault(FaultPolicy.NONE), new HttpFilter.Cors());
  }

  /**
   * The response header {@code server}.
   *
   * @param name of the proxy
   */
  record ServerHeader(String name, Transformation transformation) {
    /** What becomes of an upstream's header. */
    public enum Transformation {
      OVERWRITE,
      APPEND_IF_ABSENT,
      PASS_THROUGH
    }

    /** Envoy's. */
    public static final ServerHeader DEFAULT = new ServerHeader("envoy", Transformation.OVERWRITE);
  }

  /**
   * The router filter's own settings.
   *
   * @param suppressEnvoyHeaders whether {@code x-envoy-} headers are not set
   * @param respectExpectedTimeout whether a caller's x-envoy-expected-rq-timeout-ms is its timeout
   */
  record RouterOptions(boolean suppressEnvoyHeaders, boolean respectExpectedTimeout) {
    /** Envoy's. */
    public static final RouterOptions DEFAULT = new RouterOptions(false, false);
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
