package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.eds;
import static io.inmesh.engine.cluster.Fixtures.endpoints;
import static io.inmesh.engine.cluster.Fixtures.priority;
import static io.inmesh.engine.cluster.Fixtures.state;

import io.inmesh.engine.cluster.OutlierDetection.Consecutive;
import io.inmesh.engine.cluster.OutlierDetection.FailurePercentage;
import io.inmesh.engine.cluster.OutlierDetection.SuccessRate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A cluster that ejects hosts, as a test has set it up, and a clock. */
abstract class OutlierFixture {
  static final long SECOND = 1_000_000_000L;
  static final Duration INTERVAL = Duration.ofSeconds(10);
  static final Duration BASE = Duration.ofSeconds(30);

  Consecutive fiveXx = new Consecutive(3, 100);
  Consecutive gateway = new Consecutive(2, 0);
  Consecutive local = new Consecutive(3, 100);
  boolean split;
  Duration max = Duration.ofMinutes(5);
  Duration jitter = Duration.ZERO;
  int maxPercent = 100;
  boolean alwaysOne;
  SuccessRate rate = new SuccessRate(0, 0, 5, 100, 1900);
  FailurePercentage percentage = new FailurePercentage(85, 0, 0, 5, 50);
  long now;

  OutlierDetection detection() {
    return new OutlierDetection(
        fiveXx,
        gateway,
        local,
        split,
        INTERVAL,
        BASE,
        max,
        jitter,
        maxPercent,
        alwaysOne,
        true,
        rate,
        percentage,
        null);
  }

  ClusterState cluster(int hosts) {
    return state(
        eds(new LbPolicy.RoundRobin(null)).panicThreshold(0).outlierDetection(detection()),
        priority(0, endpoints(1, hosts, hosts)));
  }

  static OutlierMonitor monitor(ClusterState state, int host) {
    return Objects.requireNonNull(state.hosts().get(host).outlierMonitor());
  }

  void respond(ClusterState state, int host, int code, int times) {
    for (int i = 0; i < times; i++) {
      monitor(state, host).responded(code, now, 1);
    }
  }

  void tickAt(ClusterState state, long seconds) {
    now = seconds * SECOND;
    state.tick(now, 5);
  }

  static List<Boolean> ejected(ClusterState state) {
    return state.hosts().stream().map(Host::isEjected).toList();
  }
}
