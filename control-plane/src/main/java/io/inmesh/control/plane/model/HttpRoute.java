package io.inmesh.control.plane.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Istio's HTTPRoute; what is not written is null or empty. */
public record HttpRoute(
    String name,
    List<HttpMatch> matches,
    List<WeightedDestination> destinations,
    @Nullable Redirect redirect,
    @Nullable DirectResponse directResponse,
    @Nullable Delegate delegate,
    @Nullable Rewrite rewrite,
    @Nullable Duration timeout,
    @Nullable Retries retries,
    @Nullable Fault fault,
    List<Mirror> mirrors,
    @Nullable Cors cors,
    HeaderOperations headers,
    Source source) {

  public HttpRoute {
    matches = List.copyOf(matches);
    destinations = List.copyOf(destinations);
    mirrors = List.copyOf(mirrors);
  }

  /** One destination with its share; {@code weight} counts only beside others. */
  public record WeightedDestination(
      Destination destination, int weight, HeaderOperations headers) {}

  /** Header changes, in the order set, add, remove. */
  public record HeaderOperations(Headers request, Headers response) {
    public static final HeaderOperations NONE = new HeaderOperations(Headers.NONE, Headers.NONE);
  }

  /** Changes of one direction. */
  public record Headers(Map<String, String> set, Map<String, String> add, List<String> remove) {
    public static final Headers NONE = new Headers(Map.of(), Map.of(), List.of());
  }

  /**
   * Istio's HTTPRedirect.
   *
   * @param port 0 when not given
   * @param code the status, 301 when not given
   */
  public record Redirect(
      String uri,
      String authority,
      String scheme,
      int port,
      boolean portFromRequest,
      boolean portGiven,
      int code) {}

  /** A fixed answer; {@code body} null means none. */
  public record DirectResponse(int status, @Nullable String body, boolean bodyIsBytes) {}

  /** The VirtualService that goes on for this route; an empty namespace is the root's own. */
  public record Delegate(String name, String namespace) {}

  /** Istio's HTTPRewrite; empty strings are not given. */
  public record Rewrite(String uri, String authority, @Nullable RegexRewrite regex) {}

  /** RE2 expression and substitution with {@code \1} references. */
  public record RegexRewrite(String match, String rewrite) {}

  /** Istio's HTTPRetry; {@code attempts} 0 turns retries off. */
  public record Retries(
      int attempts,
      @Nullable Duration perTryTimeout,
      String retryOn,
      boolean retryRemoteLocalities,
      @Nullable Duration backoff,
      boolean ignorePreviousHosts) {
    /** istiod's retry policy for routes that say nothing about retries. */
    public static final Retries DEFAULT =
        new Retries(
            2,
            null,
            "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
            false,
            null,
            true);
  }

  /** Fault injection; percentages are 0 to 100. */
  public record Fault(@Nullable Delay delay, @Nullable Abort abort) {}

  /** A fixed delay for a share of the requests. */
  public record Delay(Duration fixedDelay, double percentage) {}

  /**
   * An abort for a share of the requests.
   *
   * @param httpStatus 0 when {@code grpcStatus} is given
   */
  public record Abort(int httpStatus, String grpcStatus, double percentage) {}

  /** A copy of a share of the requests goes here; the percentage is 0 to 100. */
  public record Mirror(Destination destination, double percentage) {}

  /** Istio's CorsPolicy. */
  public record Cors(
      List<StringMatch> allowOrigins,
      List<String> allowMethods,
      List<String> allowHeaders,
      List<String> exposeHeaders,
      @Nullable Duration maxAge,
      @Nullable Boolean allowCredentials,
      boolean forwardUnmatchedPreflights) {}
}
