package io.inmesh.engine.route;

import io.inmesh.engine.match.MetadataMatch;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a route does with a request that it matched. */
public sealed interface RouteAction {
  /**
   * To a cluster.
   *
   * @param retryPolicy null is the virtual host's
   * @param clusterNotFoundStatus 503, 404 or 500
   * @param decoratorOperation the name of the operation, on the wire as x-envoy-decorator-operation
   * @param highPriority whether the thresholds of priority HIGH apply
   * @param hedgePolicy null is the virtual host's
   * @param rateLimits descriptors for rate limits
   * @param includeVirtualHostRateLimits whether the virtual host's descriptors count too
   * @param cors of before there was a configuration per filter
   * @param metadataMatch what the host must have where its cluster has subsets; null is nothing
   */
  record Forward(
      ClusterSpecifier cluster,
      PathRewrite pathRewrite,
      HostRewrite hostRewrite,
      boolean appendXForwardedHost,
      RouteTimeouts timeouts,
      @Nullable RetryPolicy retryPolicy,
      List<HashPolicy> hashPolicies,
      List<MirrorPolicy> mirrors,
      int clusterNotFoundStatus,
      @Nullable String decoratorOperation,
      boolean highPriority,
      @Nullable HedgePolicy hedgePolicy,
      List<RateLimitAction.Descriptor> rateLimits,
      boolean includeVirtualHostRateLimits,
      @Nullable CorsPolicy cors,
      @Nullable MetadataMatch metadataMatch)
      implements RouteAction {
    public Forward {
      rateLimits = List.copyOf(rateLimits);
      hashPolicies = List.copyOf(hashPolicies);
      mirrors = List.copyOf(mirrors);
      if (!Set.of(503, 404, 500).contains(clusterNotFoundStatus)) {
        throw new IllegalArgumentException(
            "RouteAction.cluster_not_found_response_code: " + clusterNotFoundStatus);
      }
    }

    /**
     * What the host must have where its cluster has subsets; null is nothing.
     *
     * @param chosen the weighted cluster that was chosen, if there are any
     */
    public @Nullable MetadataMatch metadataMatch(
        ClusterSpecifier.@Nullable WeightedCluster chosen) {
      return chosen == null || chosen.metadataMatch() == null
          ? metadataMatch
          : chosen.metadataMatch();
    }

    /** To one cluster, with Envoy's defaults. */
    public static Builder to(String cluster) {
      return new Builder(new ClusterSpecifier.Single(cluster));
    }

    /** With Envoy's defaults. */
    public static Builder to(ClusterSpecifier cluster) {
      return new Builder(cluster);
    }

    /** Collects the parts; not thread-safe. */
    public static final class Builder {
      private final ClusterSpecifier cluster;
      private PathRewrite pathRewrite = new PathRewrite.None();
      private HostRewrite hostRewrite = new HostRewrite.None();
      private boolean appendXForwardedHost;
      private RouteTimeouts timeouts = RouteTimeouts.DEFAULT;
      private @Nullable RetryPolicy retryPolicy;
      private List<HashPolicy> hashPolicies = List.of();
      private List<MirrorPolicy> mirrors = List.of();
      private int clusterNotFoundStatus = 503;
      private @Nullable String decoratorOperation;
      private boolean highPriority;
      private @Nullable HedgePolicy hedgePolicy;
      private List<RateLimitAction.Descriptor> rateLimits = List.of();
      private boolean includeVirtualHostRateLimits;
      private @Nullable CorsPolicy cors;
      private @Nullable MetadataMatch metadataMatch;

      private Builder(ClusterSpecifier cluster) {
        this.cluster = cluster;
      }

      public Builder pathRewrite(PathRewrite value) {
        pathRewrite = value;
        return this;
      }

      public Builder hostRewrite(HostRewrite value) {
        hostRewrite = value;
        return this;
      }

      public Builder appendXForwardedHost(boolean value) {
        appendXForwardedHost = value;
        return this;
      }

      public Builder timeouts(RouteTimeouts value) {
        timeouts = value;
        return this;
      }

      public Builder retryPolicy(@Nullable RetryPolicy value) {
        retryPolicy = value;
        return this;
      }

      public Builder hashPolicies(List<HashPolicy> value) {
        hashPolicies = value;
        return this;
      }

      public Builder mirrors(List<MirrorPolicy> value) {
        mirrors = value;
        return this;
      }

      public Builder clusterNotFoundStatus(int value) {
        clusterNotFoundStatus = value;
        return this;
      }

      public Builder decoratorOperation(@Nullable String value) {
        decoratorOperation = value;
        return this;
      }

      public Builder highPriority(boolean value) {
        highPriority = value;
        return this;
      }

      public Builder hedgePolicy(@Nullable HedgePolicy value) {
        hedgePolicy = value;
        return this;
      }

      public Builder rateLimits(List<RateLimitAction.Descriptor> value) {
        rateLimits = value;
        return this;
      }

      public Builder includeVirtualHostRateLimits(boolean value) {
        includeVirtualHostRateLimits = value;
        return this;
      }

      public Builder cors(@Nullable CorsPolicy value) {
        cors = value;
        return this;
      }

      public Builder metadataMatch(@Nullable MetadataMatch value) {
        metadataMatch = value;
        return this;
      }

      public Forward build() {
        return new Forward(
            cluster,
            pathRewrite,
            hostRewrite,
            appendXForwardedHost,
            timeouts,
            retryPolicy,
            hashPolicies,
            mirrors,
            clusterNotFoundStatus,
            decoratorOperation,
            highPriority,
            hedgePolicy,
            rateLimits,
            includeVirtualHostRateLimits,
            cors,
            metadataMatch);
      }
    }
  }

  /**
   * A redirect.
   *
   * @param status 301, 302, 303, 307 or 308
   * @param scheme null keeps it, {@code https} is https_redirect
   * @param host null keeps it
   * @param port 0 keeps it
   * @param path a new path, whose own query wins; null keeps it or rewrites it
   */
  record Redirect(
      int status,
      @Nullable String scheme,
      @Nullable String host,
      int port,
      @Nullable String path,
      PathRewrite pathRewrite,
      boolean stripQuery)
      implements RouteAction {
    public Redirect {
      if (!Set.of(301, 302, 303, 307, 308).contains(status)) {
        throw new IllegalArgumentException("RedirectAction.response_code: " + status);
      }
    }
  }

  /**
   * A fixed answer.
   *
   * @param status 200 to 599
   */
  record DirectResponse(int status, String body) implements RouteAction {
    public DirectResponse {
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException(
            "DirectResponseAction.status: value must be inside range [200, 600): " + status);
      }
    }
  }

  /**
   * Something that this engine does not know: answered 500, details {@code unsupported{fieldPath}}.
   */
  record Unsupported(String fieldPath) implements RouteAction {}
}
