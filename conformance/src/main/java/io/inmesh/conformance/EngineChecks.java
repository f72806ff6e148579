package io.inmesh.conformance;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.HealthCheck;
import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthCheckState;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.Payload;
import java.nio.charset.StandardCharsets;

/** The active health checks of the engine's hosts, answered by the script, in virtual time. */
final class EngineChecks {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final VirtualClock clock;
  private final HealthScript.Player script;

  private EngineChecks(VirtualClock clock, HealthScript.Player script) {
    this.clock = clock;
    this.script = script;
  }

  /** Starts the checks of all clusters; returns when their first hosts have been checked. */
  static void start(MeshSnapshot snapshot, VirtualClock clock, HealthScript.Player script) {
    EngineChecks checks = new EngineChecks(clock, script);
    for (ClusterState cluster : snapshot.clusters()) {
      HealthCheck config = cluster.cluster().healthCheck();
      if (config != null && cluster.cluster().type() != Cluster.Type.ORIGINAL_DST) {
        for (Host host : cluster.hosts()) {
          if (!host.endpoint().healthCheck().disabled()) {
            clock.background(config.firstNanos(() -> 0), () -> checks.check(cluster, host, config));
          }
        }
      }
    }
    clock.runUntil(() -> snapshot.clusters().stream().allMatch(ClusterState::endpointsKnown));
  }

  private void check(ClusterState cluster, Host host, HealthCheck config) {
    long timeout = config.timeout().toNanos();
    int port =
        host.endpoint().healthCheck().port() == 0
            ? host.endpoint().port()
            : host.endpoint().healthCheck().port();
    if (port < EngineRequest.FIRST_OPEN_PORT) {
      ended(cluster, host, config, HealthCheckResult.NETWORK_FAILURE);
      return;
    }
    boolean silent = config.probe() instanceof HealthProbe.Tcp tcp && tcp.send().isEmpty();
    UpstreamReply reply = silent ? UpstreamReply.OK : script.next(port - EngineSide.FIRST_HOST);
    HealthCheckResult result = result(config.probe(), reply);
    long delay = reply.delayMillis() * NANOS_PER_MILLI;
    if (result.equals(HealthCheckResult.TIMEOUT) || delay >= timeout) {
      clock.background(timeout, () -> ended(cluster, host, config, HealthCheckResult.TIMEOUT));
    } else {
      clock.background(delay, () -> ended(cluster, host, config, result));
    }
  }

  private static HealthCheckResult result(HealthProbe probe, UpstreamReply reply) {
    switch (reply.end()) {
      case CLOSE, CUT -> {
        return HealthCheckResult.NETWORK_FAILURE;
      }
      case HANG -> {
        return HealthCheckResult.TIMEOUT;
      }
      default -> {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        if (probe instanceof HealthProbe.Http http) {
          return http.judge(reply.status(), reply.headers()::get, body);
        }
        if (probe instanceof HealthProbe.Tcp tcp) {
          String bytes = "HTTP/1.1 " + reply.status() + " x\r\n" + reply.body();
          return Payload.inOrder(tcp.receive(), bytes.getBytes(StandardCharsets.UTF_8))
              ? HealthCheckResult.SUCCESS
              : HealthCheckResult.TIMEOUT;
        }
        throw new IllegalArgumentException("the scripted upstream speaks HTTP/1.1 only");
      }
    }
  }

  private void ended(
      ClusterState cluster, Host host, HealthCheck config, HealthCheckResult result) {
    HealthCheckState state = cluster.healthChecked(host, result, clock.now());
    clock.background(
        config.nextNanos(state, cluster.hasTraffic(), () -> 0), () -> check(cluster, host, config));
  }
}
