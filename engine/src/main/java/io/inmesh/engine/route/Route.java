package io.inmesh.engine.route;

import org.jspecify.annotations.Nullable;

/**
 * One route of a virtual host.
 *
 * @param name may be empty
 * @param fault overrides the filter's, the virtual host's; null leaves them in force
 * @param config the Istio resource that it was made from, or empty
 */
public record Route(
    String name,
    RouteMatch match,
    RouteAction action,
    HeaderMutations requestHeaders,
    HeaderMutations responseHeaders,
    @Nullable FaultPolicy fault,
    String config) {
  public Route(String name, RouteMatch match, RouteAction action) {
    this(name, match, action, HeaderMutations.NONE, HeaderMutations.NONE, null, "");
  }
}
