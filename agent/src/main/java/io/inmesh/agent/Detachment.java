package io.inmesh.agent;

import io.inmesh.agent.admin.AdminRequest;
import io.inmesh.agent.admin.AdminResponse;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.TransportSocket;
import io.inmesh.engine.listener.FilterChain;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Takes the mesh out of a running process: calls and connections are the app's own from then on.
 * Refused where that would take away what policy promises, which is TLS or who may call. For good:
 * what is woven stays, and asks in vain. Thread-safe.
 */
final class Detachment {
  private static final long ANSWERED = TimeUnit.SECONDS.toNanos(1);

  private final MeshRuntime mesh;
  private final boolean inbound;
  private final AgentLog log;
  private final Runnable services;

  /**
   * @param inbound whether the mesh sees to accepted connections
   * @param services ends what runs beside the app, the endpoint that is asked among it
   */
  Detachment(MeshRuntime mesh, boolean inbound, AgentLog log, Runnable services) {
    this.mesh = mesh;
    this.inbound = inbound;
    this.log = log;
    this.services = services;
  }

  /** The page {@code /detach}. */
  AdminResponse detach(AdminRequest unused) {
    Optional<String> refusal =
        mesh.snapshot()
            .map(this::needed)
            .orElse(Optional.of("there is no configuration yet that says what policy asks for"));
    if (refusal.isPresent()) {
      return AdminResponse.text(409, "not detached: " + refusal.get() + "\n");
    }
    mesh.leave();
    log.info("detached: calls and connections of this process are no longer those of the mesh");
    mesh.timers().after(ANSWERED, services);
    return AdminResponse.text(200, "detached\n");
  }

  /** Why the app cannot do without. */
  private Optional<String> needed(MeshSnapshot snapshot) {
    Optional<FilterChain> chain = snapshot.inbound().guarding();
    if (inbound && chain.isPresent()) {
      return Optional.of(
          "filter chain "
              + chain.get().name()
              + " takes TLS or decides who may call; set PeerAuthentication to DISABLE and remove"
              + " authorization policies of this workload first");
    }
    for (ClusterState cluster : snapshot.clusters()) {
      if (!cluster.endpointsKnown() && !cluster.cluster().transportSecurity().isPlaintext()) {
        return Optional.of(
            "hosts of cluster " + cluster.cluster().name() + " may have to be called by TLS");
      }
      for (Host host : cluster.hosts()) {
        if (!(host.transportSocket() instanceof TransportSocket.RawBuffer)) {
          return Optional.of(
              "host "
                  + host.endpoint().socketAddress()
                  + " of cluster "
                  + cluster.cluster().name()
                  + " is called by TLS");
        }
      }
    }
    return Optional.empty();
  }
}
