package io.inmesh.engine.route;

import org.jspecify.annotations.Nullable;

/**
 * One route of a virtual host.
 *
 * @param name may be empty
 * @param filters what it says to HTTP filters
 * @param config the Istio resource that it was made from, or empty
 * @param bufferLimit bytes of a request that are kept for retries; null is the virtual host's
 */
public record Route(
    String name,
    RouteMatch match,
    RouteAction action,
    HeaderMutations requestHeaders,
    HeaderMutations responseHeaders,
    FilterOverrides filters,
    String config,
    @Nullable Long bufferLimit) {
  public Route(String name, RouteMatch match, RouteAction action) {
    this(
        name,
        match,
        action,
        HeaderMutations.NONE,
        HeaderMutations.NONE,
        FilterOverrides.NONE,
        "",
        null);
  }
}
