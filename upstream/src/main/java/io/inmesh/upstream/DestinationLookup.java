package io.inmesh.upstream;

import io.inmesh.engine.cluster.Cluster.DnsPolicy.LookupFamily;
import io.inmesh.engine.cluster.ClusterState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/**
 * Resolves the names that apps connect to, for clusters that go there and have to know the address.
 * Behind a sidecar the app has resolved them itself before its connection is taken over.
 * Thread-safe; lookups block threads of their own.
 */
public final class DestinationLookup implements AutoCloseable {
  private final NameLookup lookup;
  private final ExecutorService threads = LookupThreads.start();
  private final Map<Asked, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();

  // The state of a cluster is equal to itself only.
  private record Asked(ClusterState cluster, String name) {}

  public DestinationLookup(NameLookup lookup) {
    this.lookup = lookup;
  }

  /** Completes when a cluster has been told the addresses of a name, or that it has none. */
  public CompletionStage<?> resolved(ClusterState cluster, String name) {
    Asked asked = new Asked(cluster, name);
    CompletableFuture<Object> mine = new CompletableFuture<>();
    CompletableFuture<?> known = underWay.putIfAbsent(asked, mine);
    if (known != null) {
      return known;
    }
    threads.execute(
        () -> {
          cluster.resolved(name, addresses(name));
          underWay.remove(asked);
          mine.complete(null);
        });
    return mine;
  }

  private List<String> addresses(String name) {
    try {
      return Families.select(LookupFamily.V4_PREFERRED, lookup.addresses(name));
    } catch (IOException | RuntimeException e) {
      // Fails closed: without an address the request finds no host.
      return List.of();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
