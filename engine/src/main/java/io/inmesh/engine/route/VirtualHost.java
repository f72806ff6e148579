package io.inmesh.engine.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One virtual host.
 *
 * @param domains exact, {@code *.suffix}, {@code prefix.*} or {@code *}; at least one
 * @param includeRequestAttemptCount whether x-envoy-attempt-count goes upstream
 * @param includeAttemptCountInResponse whether it goes back to the caller
 * @param retryPolicy for routes without one; never merged
 */
public record VirtualHost(
    String name,
    List<String> domains,
    List<Route> routes,
    HeaderMutations requestHeaders,
    HeaderMutations responseHeaders,
    TlsRequirement requireTls,
    boolean includeRequestAttemptCount,
    boolean includeAttemptCountInResponse,
    @Nullable RetryPolicy retryPolicy,
    @Nullable FaultPolicy fault) {
  /** Envoy's {@code require_tls}. */
  public enum TlsRequirement {
    NONE,
    EXTERNAL_ONLY,
    ALL
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
        false,
        false,
        null,
        null);
  }
}
