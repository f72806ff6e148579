package io.inmesh.agent.guard;

import io.inmesh.agent.inbound.InboundRuntime;
import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.instrumentation.api.AcceptGuard;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Closes accepted connections that no module sees to, where policy asks for what only a module
 * could do: TLS, or a decision about each request. Thread-safe.
 */
public final class InboundGuard implements AcceptGuard {
  private final InboundRuntime inbound;
  private final Callers callers;
  private final UnroutedConnections counts;

  /**
   * @param catalog knows the libraries whose modules see to what they accept
   * @param counts where refused connections are counted
   */
  public InboundGuard(InboundRuntime inbound, ModuleCatalog catalog, UnroutedConnections counts) {
    this.inbound = inbound;
    this.callers = new Callers(catalog::accepts);
    this.counts = counts;
  }

  @Override
  public CompletionStage<?> decidable(InetSocketAddress local, InetSocketAddress remote) {
    return inbound.acts() && inbound.isCaptured(local, remote)
        ? inbound.ready()
        : CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean allows(InetSocketAddress local, InetSocketAddress remote) {
    if (inbound.needsNoModule(local, remote)) {
      return true;
    }
    String server = callers.outsideAnyModule().orElse(null);
    if (server == null) {
      return true;
    }
    counts.add(
        "port " + local.getPort(),
        server,
        Optional.of(
            "policy asks for TLS or decides about requests, and no module covers this server"));
    return false;
  }
}
