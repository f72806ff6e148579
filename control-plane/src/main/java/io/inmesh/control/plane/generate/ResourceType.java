package io.inmesh.control.plane.generate;

import org.jspecify.annotations.Nullable;

/** The kinds of resource that are served, in the order in which they are pushed. */
public enum ResourceType {
  CDS("type.googleapis.com/envoy.config.cluster.v3.Cluster", true),
  EDS("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", false),
  LDS("type.googleapis.com/envoy.config.listener.v3.Listener", true),
  RDS("type.googleapis.com/envoy.config.route.v3.RouteConfiguration", false),
  NDS("type.googleapis.com/istio.networking.nds.v1.NameTable", true);

  private final String url;
  private final boolean wildcard;

  ResourceType(String url, boolean wildcard) {
    this.url = url;
    this.wildcard = wildcard;
  }

  public String url() {
    return url;
  }

  /** Whether a request without names means all resources of the type. */
  public boolean isWildcard() {
    return wildcard;
  }

  /** The type of a URL, or null for one that is not served. */
  public static @Nullable ResourceType of(String url) {
    for (ResourceType type : values()) {
      if (type.url.equals(url)) {
        return type;
      }
    }
    return null;
  }
}
