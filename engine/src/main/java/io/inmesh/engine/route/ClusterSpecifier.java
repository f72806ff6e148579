package io.inmesh.engine.route;

import io.inmesh.engine.match.MetadataMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which cluster a route goes to. */
public sealed interface ClusterSpecifier {
  /** This one. */
  record Single(String cluster) implements ClusterSpecifier {
    public Single {
      if (cluster.isEmpty()) {
        throw new IllegalArgumentException("RouteAction.cluster: value length must be at least 1");
      }
    }
  }

  /**
   * One of several: half-open intervals in the order of the list.
   *
   * @param headerName a header whose number takes the place of the random one
   * @param useHashPolicy whether the request's hash takes that place
   */
  record Weighted(
      List<WeightedCluster> clusters, @Nullable String headerName, boolean useHashPolicy)
      implements ClusterSpecifier {
    public Weighted {
      clusters = List.copyOf(clusters);
      long total = 0;
      for (WeightedCluster cluster : clusters) {
        total += cluster.weight();
      }
      if (total == 0) {
        throw new IllegalArgumentException(
            "Sum of weights in the weighted_cluster must be greater than 0.");
      }
      if (total > 0xffffffffL) {
        throw new IllegalArgumentException(
            "The sum of weights of all weighted clusters of route exceeds 4294967295");
      }
    }

    public Weighted(List<WeightedCluster> clusters) {
      this(clusters, null, false);
    }

    /** The sum of the weights, 1 to 2^32-1. */
    public long totalWeight() {
      long total = 0;
      for (int i = 0; i < clusters.size(); i++) {
        total += clusters.get(i).weight();
      }
      return total;
    }
  }

  /**
   * One entry.
   *
   * @param weight 0 to 2^32-1
   * @param name the cluster; empty where the header names it
   * @param clusterHeader the header whose first value names the cluster, or null
   * @param metadataMatch what its host must have in place of what the route says; null is the
   *     route's
   */
  record WeightedCluster(
      String name,
      @Nullable String clusterHeader,
      long weight,
      HeaderMutations requestHeaders,
      HeaderMutations responseHeaders,
      @Nullable String hostRewriteLiteral,
      FilterOverrides filters,
      @Nullable MetadataMatch metadataMatch) {
    public WeightedCluster {
      if (name.isEmpty() == (clusterHeader == null)) {
        throw new IllegalArgumentException(
            name.isEmpty()
                ? "At least one of name or cluster_header need to be specified"
                : "Only one of name or cluster_header can be specified");
      }
      if (weight < 0 || weight > 0xffffffffL) {
        throw new IllegalArgumentException("weight " + weight + " is outside of 0..4294967295");
      }
    }

    public WeightedCluster(String name, long weight) {
      this(
          name,
          null,
          weight,
          HeaderMutations.NONE,
          HeaderMutations.NONE,
          null,
          FilterOverrides.NONE,
          null);
    }
  }

  /** The first value of a request header. */
  record FromHeader(String headerName) implements ClusterSpecifier {}
}
