package io.inmesh.engine.cluster;

import io.inmesh.engine.trace.Trace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run-time state of a cluster: hosts with their counts, and load-balancing state. It lives
 * across snapshots; {@code update} and {@code tick} are called by one thread at a time, the rest by
 * any.
 */
public final class ClusterState {
  private final Cluster cluster;
  private volatile @Nullable ClusterLoadAssignment assignment;

  private ClusterState(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The state of a new cluster; endpoints of a STATIC cluster are in force at once. */
  public static ClusterState create(Cluster cluster, long nowNanos) {
    ClusterState state = new ClusterState(cluster);
    ClusterLoadAssignment own = cluster.loadAssignment();
    if (own != null) {
      state.update(own, nowNanos);
    }
    return state;
  }

  public Cluster cluster() {
    return cluster;
  }

  /** Puts endpoints in force; a host whose address stays keeps what it has counted. */
  public void update(ClusterLoadAssignment newAssignment, long nowNanos) {
    assignment = newAssignment;
  }

  /** Whether endpoints are known, even if there are none. */
  public boolean endpointsKnown() {
    return cluster.type() != Cluster.Type.EDS || assignment != null;
  }

  /** The endpoints in force. */
  public @Nullable ClusterLoadAssignment assignment() {
    return assignment;
  }

  /** Hosts of all priorities, in order. */
  public List<Host> hosts() {
    return List.of();
  }

  /** Tells a trace what there is to choose from. */
  public void describe(Trace trace) {}
}
