package io.inmesh.engine.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Clusters and counts for the tests of this package. */
final class Fixtures {
  private Fixtures() {}

  static Endpoint endpoint(int number, HealthStatus health, long weight) {
    return new Endpoint("10.0.0." + number, 80, "", health, weight, Map.of(), "");
  }

  /** Endpoints numbered from a first one, of which so many are healthy, the rest unhealthy. */
  static List<Endpoint> endpoints(int first, int healthy, int total) {
    List<Endpoint> list = new ArrayList<>();
    for (int i = 0; i < total; i++) {
      list.add(endpoint(first + i, i < healthy ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY, 1));
    }
    return list;
  }

  static LocalityEndpoints priority(int priority, List<Endpoint> endpoints) {
    return new LocalityEndpoints(Locality.UNKNOWN, 1, priority, endpoints);
  }

  static LocalityEndpoints locality(String zone, long weight, List<Endpoint> endpoints) {
    return new LocalityEndpoints(new Locality("r", zone, ""), weight, 0, endpoints);
  }

  static ClusterState state(Cluster.Builder cluster, LocalityEndpoints... localities) {
    ClusterState state = ClusterState.create(cluster.build(), 0, 1);
    state.update(new ClusterLoadAssignment("c", List.of(localities)), 0);
    return state;
  }

  static Cluster.Builder eds(LbPolicy policy) {
    return Cluster.builder("c", Cluster.Type.EDS).lbPolicy(policy);
  }

  /** Picks by address; a seed makes the run repeatable. */
  static Map<String, Integer> picks(ClusterState state, int count) {
    SplittableRandom random = new SplittableRandom(42);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Host host = state.pick(random.nextLong());
      counts.merge(host == null ? "none" : host.endpoint().address(), 1, Integer::sum);
    }
    return counts;
  }

  static int sum(Map<String, Integer> counts, int from, int to) {
    int sum = 0;
    for (int i = from; i <= to; i++) {
      sum += counts.getOrDefault("10.0.0." + i, 0);
    }
    return sum;
  }
}
