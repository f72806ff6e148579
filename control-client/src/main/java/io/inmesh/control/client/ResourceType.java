package io.inmesh.control.client;

import org.jspecify.annotations.Nullable;

/** The resource types that the client subscribes to, in the order in which it asks for them. */
public enum ResourceType {
  CLUSTER("envoy.config.cluster.v3.Cluster", "CDS", true),
  ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment", "EDS", false),
  LISTENER("envoy.config.listener.v3.Listener", "LDS", true),
  ROUTES("envoy.config.route.v3.RouteConfiguration", "RDS", false),
  SECRETS("envoy.extensions.transport_sockets.tls.v3.Secret", "SDS", false),
  NAME_TABLE("istio.networking.nds.v1.NameTable", "NDS", true);

  private static final String PREFIX = "type.googleapis.com/";
  private static final ResourceType[] ALL = values();

  private final String messageName;
  private final String shortName;
  private final boolean wildcard;

  ResourceType(String messageName, String shortName, boolean wildcard) {
    this.messageName = messageName;
    this.shortName = shortName;
    this.wildcard = wildcard;
  }

  /** The full name of the message. */
  public String messageName() {
    return messageName;
  }

  /** The type URL of the discovery protocol. */
  public String typeUrl() {
    return PREFIX + messageName;
  }

  /** The discovery service, as people call it: {@code CDS}. */
  public String shortName() {
    return shortName;
  }

  /** Whether all resources are subscribed; the others are subscribed by name. */
  public boolean wildcard() {
    return wildcard;
  }

  /** The type with this URL, null where it is none of ours. */
  static @Nullable ResourceType of(String typeUrl) {
    for (ResourceType type : ALL) {
      if (typeUrl.equals(type.typeUrl())) {
        return type;
      }
    }
    return null;
  }
}
