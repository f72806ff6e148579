package io.inmesh.engine.route;

import io.inmesh.engine.match.FractionalPercent;
import org.jspecify.annotations.Nullable;

/**
 * A copy of requests that goes to another cluster, its response discarded.
 *
 * @param cluster its name; empty where a header names it
 * @param clusterHeader the header that names it, or null
 * @param fraction the part of requests that is copied
 * @param hostSuffix whether {@code -shadow} is put behind the host's name
 * @param hostRewriteLiteral the host of the copy instead, or null
 */
public record MirrorPolicy(
    String cluster,
    @Nullable String clusterHeader,
    FractionalPercent fraction,
    boolean hostSuffix,
    @Nullable String hostRewriteLiteral) {
  /** To a cluster by name. */
  public MirrorPolicy(String cluster, FractionalPercent fraction, boolean hostSuffix) {
    this(cluster, null, fraction, hostSuffix, null);
  }
}
