package io.inmesh.control.client;

import io.inmesh.engine.CaptureRules;
import io.inmesh.engine.HttpsHosts;
import java.util.Objects;

/**
 * What the client does, as the agent's settings say.
 *
 * @param node who this workload is
 * @param prefetch of how many clusters the endpoints are held without having been asked for; 0 or
 *     more
 * @param nackUnsupported whether a resource with something that is refused is rejected whole
 *     ({@code unsupported=nack})
 * @param localCluster the cluster that this workload is a host of, which turns on zone-aware
 *     routing; or empty
 * @param captureRules which destinations the mesh leaves alone; part of every snapshot
 * @param httpsHosts whose https calls take the routes of an HTTP port; part of every snapshot
 */
public record AdsSettings(
    NodeIdentity node,
    int prefetch,
    boolean nackUnsupported,
    String localCluster,
    CaptureRules captureRules,
    HttpsHosts httpsHosts) {
  /** The default of {@code prefetch}. */
  public static final int DEFAULT_PREFETCH = 500;

  public AdsSettings {
    Objects.requireNonNull(node);
    Objects.requireNonNull(captureRules);
    Objects.requireNonNull(httpsHosts);
    if (prefetch < 0) {
      throw new IllegalArgumentException("prefetch=" + prefetch + " must not be negative");
    }
  }

  /** With the defaults of all settings. */
  public static AdsSettings of(NodeIdentity node) {
    return new AdsSettings(node, DEFAULT_PREFETCH, false, "", CaptureRules.ALL, HttpsHosts.NONE);
  }
}
