package io.inmesh.benchmarks;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.ClusterLoadAssignment;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.LbPolicy;
import io.inmesh.engine.cluster.LocalityEndpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a change costs. Targets: a snapshot of 5,000 clusters with ten endpoints each at most 500
 * ms; new endpoints of one cluster that has 1,000 of them at most 1 ms.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SnapshotBenchmark {
  private static final int CLUSTERS = 5_000;

  private final ClusterState cluster =
      Meshes.cluster(LbPolicy.LeastRequest.DEFAULT, 1_000, false, 8);
  private final List<ClusterLoadAssignment> assignments = new ArrayList<>();
  private int turn;

  /** Prepares two lists of endpoints, of which the second lacks every tenth of the first. */
  @Setup
  public void setUp() {
    ClusterLoadAssignment all = cluster.assignment();
    if (all == null) {
      throw new IllegalStateException("the cluster has no endpoints");
    }
    LocalityEndpoints locality = all.localities().get(0);
    List<Endpoint> fewer = new ArrayList<>();
    for (int i = 0; i < locality.endpoints().size(); i++) {
      if (i % 10 != 0) {
        fewer.add(locality.endpoints().get(i));
      }
    }
    assignments.add(all);
    assignments.add(
        new ClusterLoadAssignment(
            all.clusterName(),
            List.of(
                new LocalityEndpoints(
                    locality.locality(), locality.weight(), locality.priority(), fewer))));
  }

  /** A snapshot of new clusters. */
  @Benchmark
  public MeshSnapshot snapshot() {
    MeshSnapshot.Builder snapshot = MeshSnapshot.builder();
    for (int i = 0; i < CLUSTERS; i++) {
      snapshot.cluster(Meshes.cluster("cluster-" + i, LbPolicy.LeastRequest.DEFAULT, 10, false, 8));
    }
    return snapshot.build();
  }

  /** Endpoints of one cluster come or go, the others keep counts and health; then a pick. */
  @Benchmark
  public Object endpoints() {
    cluster.update(assignments.get(turn++ & 1), turn);
    return cluster.pick(turn) == null ? this : cluster;
  }
}
