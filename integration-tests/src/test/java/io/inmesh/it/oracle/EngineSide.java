package io.inmesh.it.oracle;

import io.inmesh.control.client.AdsClient;
import io.inmesh.control.client.AdsSettings;
import io.inmesh.control.client.ClientLog;
import io.inmesh.control.client.NodeIdentity;
import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.ResponseFlag;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.Step;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.DnsTargets;
import io.inmesh.engine.trace.Trace;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The engine with what the agent's own xDS client makes of the recorded bytes. */
final class EngineSide {
  // Every remainder of a total weight of 100, and a fault of one in ten, come up in so many.
  private static final int DRAWS = 200;
  private static final Set<ResponseFlag> DECIDED =
      Set.of(ResponseFlag.FI, ResponseFlag.NR, ResponseFlag.NC);

  private final MeshSnapshot snapshot;

  private EngineSide(MeshSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  static EngineSide of(Recording recording) {
    String[] id = recording.nodeId().split("~");
    int dot = id[2].lastIndexOf('.');
    NodeIdentity node =
        new NodeIdentity(
            id[2].substring(0, dot),
            id[2].substring(dot + 1),
            id[1],
            "cluster.local",
            "",
            Map.of(),
            Map.of(),
            "",
            "",
            "",
            "1.29.6",
            "",
            Map.of());
    AtomicReference<@Nullable MeshSnapshot> newest = new AtomicReference<>();
    try (AdsClient client =
        new AdsClient(
            AdsSettings.of(node),
            new RecordedControlPlane(recording.responses()),
            newest::set,
            new Warnings())) {
      client.start();
      Awaitility.await().until(() -> isComplete(newest.get(), recording));
    }
    MeshSnapshot snapshot = newest.get();
    if (snapshot == null) {
      throw new IllegalStateException("no snapshot");
    }
    for (ClusterState cluster : snapshot.clusters()) {
      resolve(cluster);
    }
    return new EngineSide(snapshot);
  }

  /** Names lead to loopback, as they do for the Envoy. */
  private static void resolve(ClusterState cluster) {
    DnsTargets targets = DnsTargets.of(cluster.cluster());
    Map<String, List<String>> loopback = new HashMap<>();
    targets.names().forEach(name -> loopback.put(name, List.of("127.0.0.1")));
    if (!loopback.isEmpty()) {
      cluster.update(targets.resolved(loopback), 0);
    }
  }

  private static boolean isComplete(@Nullable MeshSnapshot snapshot, Recording recording) {
    return snapshot != null
        && snapshot.clusters().size() == recording.clusters().size()
        && snapshot.clusters().stream()
            .allMatch(c -> c.endpointsKnown() || !DnsTargets.of(c.cluster()).names().isEmpty())
        && snapshot.nameTable().size() > 0;
  }

  /** The address of a host by the recorded name table, or null. */
  @Nullable String ip(String host) {
    return snapshot.nameTable().firstIp(host);
  }

  /** All that the engine may do with a request, whatever the draw. */
  Set<Choice> choices(OracleRequest request) {
    Set<Choice> choices = new LinkedHashSet<>();
    for (long random = 0; random < DRAWS; random++) {
      Trace trace = Trace.recording();
      Decision decision = snapshot.route(request, random, 0, trace);
      choices.add(choice(decision, request, trace.entries()));
    }
    return choices;
  }

  private static Choice choice(
      Decision decision, OracleRequest request, List<Trace.Entry> entries) {
    String cluster = "";
    String answer = "";
    if (decision instanceof RouteDecision route) {
      cluster = route.clusterName();
      answer = fault(route, request);
    } else if (decision instanceof Decision.TcpRoute route) {
      cluster = route.clusterName();
    } else if (decision instanceof Decision.Passthrough passthrough) {
      cluster =
          passthrough.reason() == Decision.Passthrough.Reason.PASSTHROUGH_CLUSTER
              ? "PassthroughCluster"
              : passthrough.reason().name();
    } else if (decision instanceof Decision.Refusal refusal) {
      boolean blackHole = refusal.reason().startsWith("BlackHoleCluster: ");
      cluster = blackHole ? "BlackHoleCluster" : "";
      answer = blackHole ? "" : refusal.reason();
    } else if (decision instanceof LocalReply reply) {
      answer = answer(reply);
    } else {
      answer = decision.toString();
    }
    return new Choice(name("listener", entries), route(entries), cluster, answer);
  }

  private static String answer(LocalReply reply) {
    for (ResponseFlag flag : reply.flags()) {
      if (DECIDED.contains(flag)) {
        return reply.status() + " " + flag;
      }
    }
    String location = reply.header("location");
    return (reply.status() + " " + (location == null ? "" : location)).strip();
  }

  private static String fault(RouteDecision decision, OracleRequest request) {
    RequestFlow flow = new RequestFlow(decision, request);
    Step step = flow.begin(0);
    if (step instanceof Step.Wait) {
      step = flow.onDelayElapsed(0);
    }
    flow.onEnd(0);
    return step instanceof Step.Reply reply && reply.reply().flags().contains(ResponseFlag.FI)
        ? answer(reply.reply())
        : "";
  }

  private static String name(String kind, List<Trace.Entry> entries) {
    for (Trace.Entry entry : entries) {
      if (entry.kind().equals(kind)) {
        return entry.name();
      }
    }
    return "";
  }

  private static String route(List<Trace.Entry> entries) {
    int index = -1;
    boolean matched = false;
    for (Trace.Entry entry : entries) {
      if (entry.kind().equals("route")) {
        index++;
        matched = entry.outcome().equals("matched");
      }
    }
    return matched
        ? Choice.route(name("route table", entries), name("virtual host", entries), index)
        : "";
  }

  private static final class Warnings implements ClientLog {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {
      System.out.println("engine side: " + message);
    }
  }
}
