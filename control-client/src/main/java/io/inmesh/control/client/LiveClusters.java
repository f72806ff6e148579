package io.inmesh.control.client;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clusters in force: a changed one takes over when its endpoints are known, if those of its
 * predecessor were. Lives on the event thread.
 */
final class LiveClusters {
  private final Map<String, ClusterState> live = new LinkedHashMap<>();
  private final Map<String, ClusterState> warming = new LinkedHashMap<>();
  // Which clusters take their endpoints from a resource: almost always one of the same name.
  private final Map<String, Set<String>> byService = new LinkedHashMap<>();

  /**
   * A cluster is new or has changed.
   *
   * @param before what it was, or null
   * @param endpoints of its service, or null where they are not known
   * @return whether it is in force
   */
  boolean put(
      Cluster cluster,
      @Nullable Cluster before,
      @Nullable ClusterLoadAssignment endpoints,
      long now) {
    if (before != null) {
      unlink(before);
    }
    link(cluster);
    ClusterState state = ClusterState.create(cluster, now);
    // Names are resolved at the first call, which waits.
    boolean fetched = cluster.type() == Cluster.Type.EDS;
    if (fetched && endpoints != null) {
      state.update(endpoints, now);
    }
    ClusterState old = live.get(cluster.name());
    if (old != null) {
      state.adoptHealth(old);
    }
    if (fetched && old != null && old.endpointsKnown() && state.assignment() == null) {
      warming.put(cluster.name(), state);
      return false;
    }
    warming.remove(cluster.name());
    live.put(cluster.name(), state);
    return true;
  }

  /**
   * The endpoints of a service are new or have changed.
   *
   * @return whether another cluster is in force by it
   */
  boolean update(String service, ClusterLoadAssignment assignment, long now) {
    boolean swapped = false;
    for (String name : byService.getOrDefault(service, Set.of())) {
      ClusterState next = warming.remove(name);
      if (next != null) {
        next.update(assignment, now);
        live.put(name, next);
        swapped = true;
      } else {
        ClusterState state = live.get(name);
        if (state != null && state.cluster().type() == Cluster.Type.EDS) {
          state.update(assignment, now);
        }
      }
    }
    return swapped;
  }

  void remove(Cluster cluster) {
    unlink(cluster);
    live.remove(cluster.name());
    warming.remove(cluster.name());
  }

  @Nullable ClusterState find(String name) {
    return live.get(name);
  }

  Collection<ClusterState> all() {
    return live.values();
  }

  /** The services whose endpoints a cluster waits for, to take over. */
  Set<String> awaitedServices() {
    Set<String> services = new LinkedHashSet<>();
    for (ClusterState next : warming.values()) {
      services.add(next.cluster().serviceName());
    }
    return services;
  }

  /** Whether any cluster takes its endpoints from this service. */
  boolean uses(String service) {
    return byService.containsKey(service);
  }

  private void link(Cluster cluster) {
    Set<String> users = byService.get(cluster.serviceName());
    if (users == null) {
      byService.put(cluster.serviceName(), Set.of(cluster.name()));
    } else if (!users.contains(cluster.name())) {
      Set<String> more = new LinkedHashSet<>(users);
      more.add(cluster.name());
      byService.put(cluster.serviceName(), more);
    }
  }

  private void unlink(Cluster cluster) {
    Set<String> users = byService.get(cluster.serviceName());
    if (users != null && users.contains(cluster.name())) {
      Set<String> fewer = new LinkedHashSet<>(users);
      fewer.remove(cluster.name());
      if (fewer.isEmpty()) {
        byService.remove(cluster.serviceName());
      } else {
        byService.put(cluster.serviceName(), fewer);
      }
    }
  }
}
