package io.inmesh.agent.guard;

import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.instrumentation.api.ConnectionGuard;
import io.inmesh.instrumentation.api.Label;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections to meshed destinations that no module routed, and refuses those that the mesh
 * forbids. What passes: labelled addresses, the agent's own threads, loopback literals, exclusions,
 * and everything before the first configuration. Thread-safe.
 */
public final class OutboundGuard implements ConnectionGuard {
  /** Connections to one destination whose caller is looked up; later ones count for the last. */
  private static final int LOOKED_UP = 16;

  private static final int DESTINATIONS = 1000;

  private final GuardedMesh mesh;
  private final Callers callers;
  private final UnroutedConnections counts;
  private final Map<String, Destination> destinations = new ConcurrentHashMap<>();

  private static final class Destination {
    private final AtomicInteger seen = new AtomicInteger();
    private volatile @Nullable String lastCaller;
  }

  /**
   * @param catalog knows the libraries that modules route
   * @param counts where the connections are counted
   */
  public OutboundGuard(GuardedMesh mesh, ModuleCatalog catalog, UnroutedConnections counts) {
    this.mesh = mesh;
    this.callers = new Callers(catalog::routes);
    this.counts = counts;
  }

  @Override
  public void connecting(InetSocketAddress address) throws ConnectException {
    if (Label.port(address.getHostString()) >= 0 || mesh.ownThread()) {
      return;
    }
    MeshSnapshot current = mesh.snapshot().orElse(null);
    if (current == null) {
      return;
    }
    Verdict verdict = BareConnections.judge(current, address);
    if (verdict instanceof Verdict.Pass) {
      return;
    }
    String destination = address.getHostString() + ":" + address.getPort();
    if (verdict instanceof Verdict.Refuse refusal) {
      refuse(destination, refusal.reason());
    } else {
      count(destination);
    }
  }

  private void refuse(String destination, String reason) throws ConnectException {
    String caller = callers.outsideAnyModule().orElse(null);
    if (caller == null) {
      return;
    }
    counts.add(destination, caller, Optional.of(reason));
    if (mesh.refuses()) {
      throw new ConnectException(
          "inmesh refuses the connection to "
              + destination
              + ": "
              + reason
              + "; no library module routed it, "
              + caller
              + " made it");
    }
  }

  private void count(String name) {
    Destination destination = destinations.get(name);
    if (destination == null) {
      if (destinations.size() >= DESTINATIONS) {
        return;
      }
      destination = destinations.computeIfAbsent(name, unused -> new Destination());
    }
    String caller;
    if (destination.seen.get() < LOOKED_UP && destination.seen.incrementAndGet() <= LOOKED_UP) {
      caller = callers.outsideAnyModule().orElse(null);
      if (caller != null) {
        destination.lastCaller = caller;
      }
    } else {
      caller = destination.lastCaller;
    }
    if (caller != null) {
      counts.add(name, caller, Optional.empty());
    }
  }
}
