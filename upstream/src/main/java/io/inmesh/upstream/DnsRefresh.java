package io.inmesh.upstream;

import io.inmesh.engine.cluster.Cluster.DnsPolicy;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.DnsTargets;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;

/**
 * Resolves the names of DNS clusters, from their first call on and then again and again, as Envoy's
 * STRICT_DNS and LOGICAL_DNS do. A failure keeps the hosts that are known. Thread-safe; lookups
 * block threads of their own.
 */
public final class DnsRefresh implements AutoCloseable {
  private static final int REMEMBERED = 1_000;

  private final NameLookup lookup;
  private final LongSupplier nanoTime;
  private final LongSupplier random;
  private final Executor threads;
  private final Map<ClusterState, Resolution> known = new IdentityHashMap<>();

  /** The last good answers: a cluster that is configured anew need not begin without hosts. */
  private final Map<String, List<InetAddress>> answers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<InetAddress>> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param nanoTime a clock that never goes back
   * @param random for jitter and back-off
   */
  public DnsRefresh(NameLookup lookup, LongSupplier nanoTime, LongSupplier random) {
    this(lookup, nanoTime, random, LookupThreads.start());
  }

  /**
   * @param threads runs the lookups, which block
   */
  DnsRefresh(NameLookup lookup, LongSupplier nanoTime, LongSupplier random, Executor threads) {
    this.lookup = lookup;
    this.nanoTime = nanoTime;
    this.random = random;
    this.threads = threads;
  }

  /** Whether the hosts of a cluster are found here. */
  public static boolean resolves(ClusterState cluster) {
    return !DnsTargets.of(cluster.cluster()).names().isEmpty();
  }

  /** Completes when the names of a cluster have been asked for once, with or without success. */
  public CompletionStage<?> resolved(ClusterState cluster) {
    Resolution resolution;
    boolean isNew;
    synchronized (known) {
      isNew = !known.containsKey(cluster);
      resolution = known.computeIfAbsent(cluster, Resolution::new);
      resolution.running |= isNew;
    }
    if (isNew) {
      threads.execute(() -> resolve(resolution));
    }
    return resolution.first;
  }

  /** Starts what is due, and forgets clusters that are no longer in force. */
  public void tick(Collection<ClusterState> inForce) {
    long now = nanoTime.getAsLong();
    List<Resolution> due = new ArrayList<>();
    synchronized (known) {
      if (known.isEmpty()) {
        return;
      }
      Set<ClusterState> current = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
      current.addAll(inForce);
      known.keySet().retainAll(current);
      for (Resolution resolution : known.values()) {
        if (!resolution.running && now - resolution.dueNanos >= 0) {
          resolution.running = true;
          due.add(resolution);
        }
      }
    }
    due.forEach(resolution -> threads.execute(() -> resolve(resolution)));
  }

  private void resolve(Resolution resolution) {
    DnsPolicy policy = resolution.targets.cluster().dns();
    boolean failed = false;
    try {
      for (String name : resolution.targets.names()) {
        failed |= !ask(name, policy, resolution);
      }
      resolution.state.update(
          resolution.targets.resolved(resolution.addresses), nanoTime.getAsLong());
    } catch (RuntimeException e) {
      // A lookup of the user's own may throw anything; the hosts that are known stay.
      failed = true;
    }
    synchronized (known) {
      resolution.failures = failed ? resolution.failures + 1 : 0;
      resolution.dueNanos = nanoTime.getAsLong() + pause(policy, resolution.failures);
      resolution.running = false;
    }
    resolution.first.complete(null);
  }

  private boolean ask(String name, DnsPolicy policy, Resolution resolution) {
    List<InetAddress> found;
    boolean failed = false;
    try {
      found = lookup.addresses(name);
      synchronized (answers) {
        answers.remove(name);
        answers.put(name, found);
      }
    } catch (IOException e) {
      failed = true;
      synchronized (answers) {
        found = answers.getOrDefault(name, List.of());
      }
    }
    if (!failed || !resolution.addresses.containsKey(name)) {
      resolution.addresses.put(name, Families.select(policy.family(), found));
    }
    return !failed;
  }

  // Envoy's jittered exponential back-off after failures.
  private long pause(DnsPolicy policy, int failures) {
    long jitter = upTo(policy.jitter().toNanos());
    if (failures == 0) {
      return policy.rate().toNanos() + jitter;
    }
    long base = policy.failureBase().toNanos();
    long max = policy.failureMax().toNanos();
    if (base == max) {
      return base + jitter;
    }
    long limit = failures > 30 ? max : Math.min(max, base << Math.min(failures - 1, 20));
    return Math.max(base / 2, upTo(limit)) + jitter;
  }

  private long upTo(long nanos) {
    return nanos <= 0 ? 0 : Math.floorMod(random.getAsLong(), nanos);
  }

  @Override
  public void close() {
    if (threads instanceof ExecutorService pool) {
      pool.shutdownNow();
    }
  }

  /** One cluster; {@code addresses} belongs to the task that runs, the rest to the lock. */
  private static final class Resolution {
    final ClusterState state;
    final DnsTargets targets;
    final CompletableFuture<?> first = new CompletableFuture<>();
    final Map<String, List<String>> addresses = new HashMap<>();
    boolean running;
    int failures;
    long dueNanos;

    Resolution(ClusterState state) {
      this.state = state;
      targets = DnsTargets.of(state.cluster());
    }
  }
}
