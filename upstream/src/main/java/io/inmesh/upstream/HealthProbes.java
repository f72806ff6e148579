package io.inmesh.upstream;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the hosts of all clusters that have a health check, again and again, as Envoy's active
 * health checker does, and tells the clusters. Thread-safe; one thread does all of it, and it
 * starts with the first host. At most one connection a host.
 */
public final class HealthProbes implements AutoCloseable {
  private static final String THREAD = "inmesh-health";

  private final LongSupplier nanoTime;
  private final LongSupplier random;
  private final Consumer<String> log;
  private final AtomicBoolean toldOfTls = new AtomicBoolean();
  private final Map<ClusterState, Watch> watched = new IdentityHashMap<>();
  private @Nullable EventLoopGroup group;
  private boolean closed;

  /**
   * @param nanoTime a clock that never goes back
   * @param random for jitter
   * @param log hears once of what is never checked
   */
  public HealthProbes(LongSupplier nanoTime, LongSupplier random, Consumer<String> log) {
    this.nanoTime = nanoTime;
    this.random = random;
    this.log = log;
  }

  /** Whether the hosts of a cluster are checked. */
  public static boolean checks(ClusterState cluster) {
    return cluster.cluster().healthCheck() != null
        && cluster.cluster().type() != Cluster.Type.ORIGINAL_DST;
  }

  /** Follows the hosts of the clusters in force, and forgets all others. */
  public void tick(Collection<ClusterState> inForce) {
    synchronized (watched) {
      Set<ClusterState> current = Collections.newSetFromMap(new IdentityHashMap<>());
      for (ClusterState cluster : inForce) {
        if (checks(cluster)) {
          current.add(cluster);
          follow(cluster);
        }
      }
      if (current.size() < watched.size()) {
        watched
            .entrySet()
            .removeIf(
                entry -> {
                  boolean gone = !current.contains(entry.getKey());
                  if (gone) {
                    follow(entry.getValue(), List.of());
                  }
                  return gone;
                });
      }
    }
  }

  /** Completes when the first hosts of a cluster have been checked; at once where none is. */
  public CompletionStage<?> checked(ClusterState cluster) {
    if (!checks(cluster) || cluster.endpointsKnown()) {
      return CompletableFuture.completedFuture(null);
    }
    synchronized (watched) {
      return follow(cluster).first.copy();
    }
  }

  private Watch follow(ClusterState cluster) {
    Watch watch = watched.computeIfAbsent(cluster, Watch::new);
    List<Host> hosts = cluster.hosts();
    if (hosts != watch.seen || !watch.first.isDone()) {
      watch.seen = hosts;
      follow(watch, hosts);
    }
    return watch;
  }

  private void follow(Watch watch, List<Host> hosts) {
    EventLoop loop = loop();
    if (loop != null) {
      try {
        loop.execute(() -> watch.follow(hosts, loop));
      } catch (RejectedExecutionException e) {
        // Closed in the meantime.
      }
    }
  }

  private @Nullable EventLoop loop() {
    if (closed) {
      return null;
    }
    if (group == null) {
      group = OwnLoop.named(THREAD);
    }
    return group.next();
  }

  @Override
  public void close() {
    EventLoopGroup running;
    synchronized (watched) {
      closed = true;
      running = group;
    }
    if (running != null) {
      running.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** One cluster; {@code seen} belongs to the lock, the hosts to the event loop. */
  private final class Watch {
    final ClusterState cluster;
    final CompletableFuture<?> first = new CompletableFuture<>();
    final Map<Host, HostCheck> hosts = new IdentityHashMap<>();
    List<Host> seen = List.of();

    Watch(ClusterState cluster) {
      this.cluster = cluster;
    }

    void follow(List<Host> current, EventLoop loop) {
      Set<Host> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
      for (Host host : current) {
        if (!host.endpoint().healthCheck().disabled()) {
          wanted.add(host);
        }
      }
      hosts
          .entrySet()
          .removeIf(
              entry -> {
                boolean gone = !wanted.contains(entry.getKey());
                if (gone) {
                  entry.getValue().stop();
                }
                return gone;
              });
      for (Host host : wanted) {
        if (!hosts.containsKey(host)) {
          HostCheck check =
              new HostCheck(
                  cluster, host, loop, nanoTime, random, this::checked, HealthProbes.this::tls);
          hosts.put(host, check);
          check.start();
        }
      }
      checked();
    }

    void checked() {
      if (!first.isDone() && cluster.endpointsKnown()) {
        first.complete(null);
      }
    }
  }

  private void tls(Host host) {
    if (toldOfTls.compareAndSet(false, true)) {
      log.accept(
          "health checks over TLS are not supported: host "
              + host
              + " of cluster "
              + host.cluster().name()
              + ", and every other one that needs TLS, counts as unhealthy");
    }
  }
}
