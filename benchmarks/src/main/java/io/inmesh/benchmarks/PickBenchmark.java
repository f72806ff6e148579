package io.inmesh.benchmarks;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.LbPolicy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One pick of 1,000 endpoints, its counts included. Target: at most 200 ns, no allocation. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PickBenchmark {
  /** The policy. */
  @Param({
    "round-robin",
    "round-robin-weighted",
    "least-request",
    "least-request-weighted",
    "random"
  })
  public String policy = "";

  private @Nullable ClusterState cluster;

  /** A thread's random numbers. */
  @State(Scope.Thread)
  public static class Numbers {
    private long seed = System.nanoTime();

    long next() {
      seed += 0x9E3779B97F4A7C15L;
      return seed ^ seed >>> 29;
    }
  }

  /** Builds the cluster. */
  @Setup
  public void setUp() {
    LbPolicy chosen =
        policy.startsWith("round")
            ? new LbPolicy.RoundRobin(null)
            : policy.equals("random") ? new LbPolicy.RandomChoice() : LbPolicy.LeastRequest.DEFAULT;
    cluster = Meshes.cluster(chosen, 1_000, policy.endsWith("weighted"), 8);
  }

  /** The pick and what a request counts. */
  @Benchmark
  public @Nullable Host pick(Numbers numbers) {
    Host host = cluster == null ? null : cluster.pick(numbers.next());
    if (host != null) {
      host.requestStarted();
      host.requestEnded();
    }
    return host;
  }
}
