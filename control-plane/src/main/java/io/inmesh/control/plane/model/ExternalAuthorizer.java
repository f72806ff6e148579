package io.inmesh.control.plane.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An extension provider that decides for CUSTOM policies.
 *
 * @param service a host, or {@code NAMESPACE/HOST}
 * @param statusOnError 0 when not given
 * @param http what only the HTTP kind has; null for the gRPC kind
 * @param body null when requests are checked without their bodies
 */
public record ExternalAuthorizer(
    String name,
    String service,
    int port,
    Duration timeout,
    boolean failOpen,
    int statusOnError,
    @Nullable Http http,
    @Nullable Body body) {

  /** Which headers go where; a star at an end of a name stands for anything. */
  public record Http(
      String pathPrefix,
      List<String> requestHeaders,
      Map<String, String> additionalHeaders,
      List<String> toUpstreamOnAllow,
      List<String> toDownstreamOnAllow,
      List<String> toDownstreamOnDeny) {}

  /** How much of the body is checked. */
  public record Body(int maxBytes, boolean allowPartial, boolean packAsBytes) {}
}
