package io.inmesh.agent;

import io.inmesh.agent.config.Settings;
import io.inmesh.agent.guard.InboundGuard;
import io.inmesh.agent.guard.OutboundGuard;
import io.inmesh.agent.guard.UnroutedConnections;
import io.inmesh.agent.identity.DeliveredSecrets;
import io.inmesh.agent.identity.LabelledHosts;
import io.inmesh.agent.identity.MeshSecrets;
import io.inmesh.agent.identity.WorkloadIdentity;
import io.inmesh.agent.inbound.InboundRuntime;
import io.inmesh.agent.weave.ModuleCatalog;
import io.inmesh.instrumentation.api.AcceptGuard;
import io.inmesh.instrumentation.api.ConnectionGuard;
import io.inmesh.instrumentation.api.InboundMesh;
import io.inmesh.instrumentation.api.Mesh;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What advice and the agent's own services share, made when the first of them asks: most of its
 * classes would otherwise be loaded before main, on the app's thread. Thread-safe.
 */
final class AgentCore implements Supplier<Map<Class<?>, Object>> {
  /** The parts. */
  record Parts(
      AgentTimers timers,
      Traffic traffic,
      WorkloadIdentity identity,
      DeliveredSecrets secrets,
      MeshRuntime mesh,
      InboundRuntime inbound,
      UnroutedConnections unrouted,
      OutboundGuard guard,
      InboundGuard accepting) {}

  private final Settings settings;
  private final ModuleCatalog catalog;
  private final AgentLog log;
  private @Nullable Parts parts;

  AgentCore(Settings settings, ModuleCatalog catalog, AgentLog log) {
    this.settings = settings;
    this.catalog = catalog;
    this.log = log;
  }

  /** The parts, always the same. */
  synchronized Parts parts() {
    Parts made = parts;
    if (made == null) {
      AgentTimers timers = new AgentTimers();
      Traffic traffic = new Traffic();
      WorkloadIdentity identity = new WorkloadIdentity();
      DeliveredSecrets delivered = new DeliveredSecrets();
      MeshSecrets secrets = new MeshSecrets(identity, delivered, log::warn);
      MeshRuntime mesh =
          new MeshRuntime(settings, timers, traffic, new LabelledHosts(secrets), log);
      InboundRuntime inbound = new InboundRuntime(settings.inbound(), mesh, secrets, timers);
      UnroutedConnections unrouted = new UnroutedConnections();
      OutboundGuard guard = new OutboundGuard(mesh, catalog, unrouted);
      InboundGuard accepting = new InboundGuard(inbound, catalog, unrouted);
      made =
          new Parts(
              timers, traffic, identity, delivered, mesh, inbound, unrouted, guard, accepting);
      parts = made;
    }
    return made;
  }

  /** What the constructors of advice may ask for, by type. */
  @Override
  public Map<Class<?>, Object> get() {
    Parts shared = parts();
    return Map.of(
        Mesh.class,
        shared.mesh(),
        InboundMesh.class,
        shared.inbound(),
        ConnectionGuard.class,
        shared.guard(),
        AcceptGuard.class,
        shared.accepting());
  }
}
