package io.inmesh.engine.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One virtual host.
 *
 * @param domains exact, {@code *.suffix}, {@code prefix.*} or {@code *}; at least one
 * @param options what it says to its routes
 * @param filters what it says to HTTP filters
 */
public record VirtualHost(
    String name,
    List<String> domains,
    List<Route> routes,
    HeaderMutations requestHeaders,
    HeaderMutations responseHeaders,
    TlsRequirement requireTls,
    Options options,
    FilterOverrides filters) {
  /** Envoy's {@code require_tls}. */
  public enum TlsRequirement {
    NONE,
    EXTERNAL_ONLY,
    ALL
  }

  /**
   * What holds for routes that do not say otherwise; never merged with what a route says.
   *
   * @param includeRequestAttemptCount whether x-envoy-attempt-count goes upstream
   * @param includeAttemptCountInResponse whether it goes back to the caller
   * @param includeIsTimeoutRetryHeader whether retries say if a timeout led to them
   * @param retryPolicy null is none
   * @param hedgePolicy null is none
   * @param mirrors copies of requests
   * @param bufferLimit bytes of a request that are kept for retries; null is the listener's
   * @param rateLimits descriptors for rate limits
   * @param cors of before there was a configuration per filter
   */
  public record Options(
      boolean includeRequestAttemptCount,
      boolean includeAttemptCountInResponse,
      boolean includeIsTimeoutRetryHeader,
      @Nullable RetryPolicy retryPolicy,
      @Nullable HedgePolicy hedgePolicy,
      List<MirrorPolicy> mirrors,
      @Nullable Long bufferLimit,
      List<RateLimitAction.Descriptor> rateLimits,
      @Nullable CorsPolicy cors) {
    /** Envoy's defaults. */
    public static final Options DEFAULT =
        new Options(false, false, false, null, null, List.of(), null, List.of(), null);

    public Options {
      mirrors = List.copyOf(mirrors);
      rateLimits = List.copyOf(rateLimits);
    }

    /** With the number of the attempt in requests, and perhaps in responses, and this policy. */
    public static Options attemptCount(boolean inResponse, @Nullable RetryPolicy retryPolicy) {
      return new Options(
          true, inResponse, false, retryPolicy, null, List.of(), null, List.of(), null);
    }
  }

  public VirtualHost {
    domains = List.copyOf(domains);
    routes = List.copyOf(routes);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("VirtualHost.name: value length must be at least 1");
    }
    if (domains.isEmpty()) {
      throw new IllegalArgumentException(
          "VirtualHost.domains: value must contain at least 1 item(s)");
    }
  }

  public VirtualHost(String name, List<String> domains, List<Route> routes) {
    this(
        name,
        domains,
        routes,
        HeaderMutations.NONE,
        HeaderMutations.NONE,
        TlsRequirement.NONE,
        Options.DEFAULT,
        FilterOverrides.NONE);
  }

  public boolean includeRequestAttemptCount() {
    return options.includeRequestAttemptCount();
  }

  public boolean includeAttemptCountInResponse() {
    return options.includeAttemptCountInResponse();
  }

  /** The policy of routes without one. */
  public @Nullable RetryPolicy retryPolicy() {
    return options.retryPolicy();
  }
}
