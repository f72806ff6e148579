package io.inmesh.agent.inbound;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.engine.listener.FilterChain;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Warns once where the registry does not tell peers that this workload takes the mesh's TLS: they
 * send it plaintext, and nothing but its own side would show that. Thread-safe.
 */
public final class OwnEndpoint {
  private static final String OUTBOUND = "outbound|";

  private final String ip;
  private final Supplier<Optional<MeshSnapshot>> mesh;
  private final Consumer<Runnable> soon;
  private final Consumer<String> warnings;
  private final AtomicBoolean due = new AtomicBoolean();
  private volatile boolean warned;

  /**
   * @param ip of the workload, as the registry has it
   * @param mesh what is in force while this workload can take TLS, else empty
   * @param soon runs a task in a while, one at a time
   * @param warnings gets one line
   */
  public OwnEndpoint(
      String ip,
      Supplier<Optional<MeshSnapshot>> mesh,
      Consumer<Runnable> soon,
      Consumer<String> warnings) {
    this.ip = ip;
    this.mesh = mesh;
    this.soon = soon;
    this.warnings = warnings;
  }

  /** Something that counts has changed: looks soon, once for all that changes until then. */
  public void changed() {
    if (!warned && due.compareAndSet(false, true)) {
      soon.accept(this::look);
    }
  }

  private void look() {
    due.set(false);
    if (!warned) {
      mesh.get().ifPresent(this::look);
    }
  }

  /** Looks through the endpoints that are known by now. */
  private void look(MeshSnapshot snapshot) {
    Set<Integer> ports = portsOfTls(snapshot);
    if (ports.isEmpty()) {
      return;
    }
    for (ClusterState cluster : snapshot.clusters()) {
      if (cluster.cluster().name().startsWith(OUTBOUND)) {
        for (Host host : cluster.hosts()) {
          Endpoint endpoint = host.endpoint();
          if (endpoint.address().equals(ip)
              && ports.contains(endpoint.port())
              && !endpoint.takesMeshTls()) {
            warn(endpoint, cluster.cluster().name());
            return;
          }
        }
      }
    }
  }

  /** Where a chain of the port itself takes it: others may have the same ip. */
  private static Set<Integer> portsOfTls(MeshSnapshot snapshot) {
    Set<Integer> ports = new HashSet<>();
    for (FilterChain chain : snapshot.inbound().chains()) {
      if (chain.tls().filter(DownstreamTls::mesh).isPresent()) {
        ports.add(chain.match().destinationPort());
      }
    }
    return ports;
  }

  private void warn(Endpoint endpoint, String cluster) {
    warned = true;
    warnings.accept(
        "peers will send plaintext to the own endpoint "
            + endpoint.socketAddress()
            + " of cluster "
            + cluster
            + ": the registry gives it no tlsMode istio; put the label"
            + " security.istio.io/tlsMode: istio on the pod or WorkloadEntry");
  }
}
