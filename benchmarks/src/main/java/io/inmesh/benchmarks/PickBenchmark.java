package io.inmesh.benchmarks;

import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.LbPolicy;
import io.inmesh.engine.cluster.PickContext;
import io.inmesh.engine.net.Mix;
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

/**
 * One pick of 1,000 endpoints. Targets: at most 200 ns, 500 ns by hash; no allocation; two threads
 * ({@code -t 2}) pick at least 1.5 times as much as one. Counts of requests under way belong to a
 * host and so to all threads; what they add is measured beside it.
 */
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
    "random",
    "ring-hash",
    "ring-hash-bounded",
    "maglev"
  })
  public String policy = "";

  private @Nullable ClusterState cluster;

  /** A thread's random numbers. */
  @State(Scope.Thread)
  public static class Numbers implements PickContext {
    private long seed = System.nanoTime();

    @Override
    public boolean rejects(Host host) {
      return false;
    }

    @Override
    public boolean hasHash() {
      return true;
    }

    @Override
    public long hash() {
      return next();
    }

    @Override
    public int hostSelectionAttempts() {
      return 0;
    }

    long next() {
      seed += 0x9E3779B97F4A7C15L;
      return Mix.draw(seed, 0);
    }
  }

  /** Builds the cluster. */
  @Setup
  public void setUp() {
    LbPolicy chosen =
        switch (policy) {
          case "round-robin", "round-robin-weighted" -> new LbPolicy.RoundRobin(null);
          case "random" -> new LbPolicy.RandomChoice();
          case "ring-hash" -> new LbPolicy.RingHash(1024, 1 << 23, false, false, 0);
          case "ring-hash-bounded" -> new LbPolicy.RingHash(1024, 1 << 23, false, false, 150);
          case "maglev" -> new LbPolicy.Maglev(65537, false, 0);
          default -> LbPolicy.LeastRequest.DEFAULT;
        };
    cluster = Meshes.cluster(chosen, 1_000, policy.endsWith("weighted"), 8);
  }

  /** The pick. */
  @Benchmark
  public @Nullable Host pick(Numbers numbers) {
    return cluster == null ? null : cluster.pick(numbers.next(), numbers);
  }

  /** The pick and what a request counts. */
  @Benchmark
  public @Nullable Host pickAndCount(Numbers numbers) {
    Host host = pick(numbers);
    if (host != null) {
      host.requestStarted();
      host.requestEnded();
    }
    return host;
  }
}
