package io.inmesh.conformance;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.inmesh.control.client.decode.ClusterDecoder;
import io.inmesh.control.client.decode.Interner;
import io.inmesh.control.client.decode.ListenerDecoder;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.SidecarIdentity;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.DnsTargets;
import io.inmesh.engine.cluster.LocalCluster;
import io.inmesh.engine.cluster.Locality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Plays cases on the Java engine: from the bytes of the resources, through the agent's own
 * decoders, with a clock that jumps from event to event.
 */
final class EngineSide {
  // The ports that stand for scripted hosts; nothing is opened.
  static final int FIRST_HOST = 20_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final EnvoyTypes types;
  private final FieldTable table = FieldTable.load();

  EngineSide(EnvoyTypes types) {
    this.types = types;
  }

  /** What each step of a case shows. */
  List<List<Observation>> play(VectorCase vector) {
    VirtualClock clock = new VirtualClock();
    MeshSnapshot snapshot = snapshot(vector, clock.now());
    HealthScript.Player checks = new HealthScript.Player();
    checks.play(vector.checks());
    EngineChecks.start(snapshot, clock, checks);
    List<List<Observation>> seen = new ArrayList<>();
    for (VectorStep step : vector.steps()) {
      checks.play(step.checks());
      clock.advance(snapshot, step.waitMillis());
      List<EngineRequest> requests = new ArrayList<>();
      for (int i = 0; i < step.times(); i++) {
        EngineRequest request = new EngineRequest(snapshot, clock, step, i);
        requests.add(request);
        if (step.everyMillis() > 0) {
          clock.after(i * step.everyMillis() * NANOS_PER_MILLI, request::start);
        } else {
          request.start();
        }
        if (!step.together() && step.everyMillis() == 0) {
          clock.run();
        }
      }
      clock.run();
      seen.add(requests.stream().map(EngineRequest::observation).toList());
    }
    return seen;
  }

  /**
   * The snapshot of a case.
   *
   * @throws IllegalArgumentException with the reason of a rejection
   */
  MeshSnapshot snapshot(VectorCase vector, long nowNanos) {
    Resources resources =
        Resources.of(types, vector.toString(), vector.resources(), i -> FIRST_HOST + i);
    Interner interner = new Interner();
    MeshSnapshot.Builder snapshot = MeshSnapshot.builder().identity(SidecarIdentity.NONE);
    List<ClusterState> states = new ArrayList<>();
    for (Cluster cluster : resources.clusters()) {
      ClusterState state =
          ClusterState.create(
              new ClusterDecoder(table, interner).decode(cluster.getName(), wire(cluster)).value(),
              nowNanos,
              1);
      resolve(state, nowNanos);
      states.add(state);
      snapshot.cluster(state);
    }
    Resources.Local local = resources.local();
    if (local != null) {
      ClusterState own =
          states.stream().filter(s -> s.cluster().name().equals(local.cluster())).findAny().get();
      LocalCluster here = new LocalCluster(own, new Locality("", local.zone(), ""));
      states.forEach(state -> state.localCluster(here));
    }
    snapshot.listener(
        new ListenerDecoder(table, interner).decode("vector", wire(resources.listener())).value());
    return snapshot.build();
  }

  /** Of all names only that of this host is known. */
  private static void resolve(ClusterState cluster, long nowNanos) {
    DnsTargets targets = DnsTargets.of(cluster.cluster());
    if (!targets.names().isEmpty()) {
      cluster.update(targets.resolved(Map.of("localhost", List.of("127.0.0.1"))), nowNanos);
    }
  }

  private WireMessage wire(Message message) {
    return WireMessage.parse(
        table.message(message.getDescriptorForType().getFullName()), message.toByteArray());
  }
}
