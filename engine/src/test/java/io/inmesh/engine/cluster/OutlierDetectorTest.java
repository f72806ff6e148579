package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.eds;
import static io.inmesh.engine.cluster.Fixtures.endpoints;
import static io.inmesh.engine.cluster.Fixtures.picks;
import static io.inmesh.engine.cluster.Fixtures.priority;
import static io.inmesh.engine.cluster.Fixtures.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.inmesh.engine.cluster.OutlierDetection.Consecutive;
import io.inmesh.engine.cluster.OutlierDetection.SuccessRate;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many hosts are ejected, for how long, and what else lets them back. */
class OutlierDetectorTest extends OutlierFixture {
  @ParameterizedTest
  @CsvSource({
    // percent, always one, hosts, failing, ejected
    "10, false, 3, 3, 0",
    "10, true, 3, 3, 1",
    "10, false, 10, 10, 1",
    "10, true, 10, 10, 1",
    "33, false, 3, 3, 0",
    "34, false, 3, 3, 1",
    "50, false, 4, 4, 2",
    "100, false, 4, 4, 4",
    "0, false, 4, 4, 0",
    "0, true, 4, 4, 1",
  })
  void onlyAShareOfTheHostsIsEjected(
      int percent, boolean always, int hosts, int failing, int expected) {
    maxPercent = percent;
    alwaysOne = always;
    ClusterState state = cluster(hosts);
    for (int host = 0; host < failing; host++) {
      respond(state, host, 500, 3);
    }
    assertThat(state.hosts().stream().filter(Host::isEjected)).hasSize(expected);
  }

  @Test
  void hostsReturnWithASweepAfterTheirTime() {
    ClusterState state = cluster(1);
    now = 5 * SECOND;
    respond(state, 0, 500, 3);
    for (long seconds : new long[] {10, 20, 30, 34}) {
      tickAt(state, seconds);
      assertThat(ejected(state)).as("%d s", seconds).containsExactly(true);
    }
    tickAt(state, 36);
    assertThat(ejected(state)).as("its time is over, but no sweep").containsExactly(true);
    tickAt(state, 40);
    assertThat(ejected(state)).containsExactly(false);
    respond(state, 0, 500, 2);
    assertThat(ejected(state)).as("all is forgotten").containsExactly(false);
  }

  @Test
  void ejectionsGrowUpToTheMaximumAndDecay() {
    max = Duration.ofSeconds(60);
    ClusterState state = cluster(1);
    assertThat(ejection(state)).isEqualTo(30);
    assertThat(ejection(state)).isEqualTo(60);
    assertThat(ejection(state)).as("the maximum").isEqualTo(60);
    long before = now / SECOND;
    for (int i = 1; i <= 4; i++) {
      tickAt(state, before + i * 10L);
    }
    assertThat(ejection(state)).as("four good intervals later").isEqualTo(30);
    assertThat(state.hosts().get(0).ejections()).isEqualTo(4);
  }

  // Seconds that an ejection lasts from now on.
  private long ejection(ClusterState state) {
    long start = now;
    respond(state, 0, 500, 3);
    while (ejected(state).get(0)) {
      tickAt(state, now / SECOND + 10);
    }
    return (now - start) / SECOND;
  }

  @Test
  void jitterLengthensAnEjection() {
    jitter = Duration.ofSeconds(100);
    ClusterState state = cluster(40);
    for (int i = 0; i < 40; i++) {
      for (int n = 0; n < 3; n++) {
        monitor(state, i).responded(500, now, i * 77L);
      }
    }
    tickAt(state, 29);
    assertThat(ejected(state)).doesNotContain(false);
    tickAt(state, 80);
    assertThat(ejected(state)).contains(true, false);
    tickAt(state, 140);
    assertThat(ejected(state)).doesNotContain(true);
  }

  @Test
  void anEjectedHostStaysSoOverAnUpdateOfEndpoints() {
    ClusterState state = cluster(3);
    respond(state, 0, 500, 3);
    state.update(
        new ClusterLoadAssignment("c", List.of(priority(0, endpoints(1, 4, 4)))), 2 * SECOND);
    assertThat(ejected(state)).containsExactly(true, false, false, false);
    state.update(
        new ClusterLoadAssignment("c", List.of(priority(0, endpoints(2, 3, 3)))), 3 * SECOND);
    assertThat(ejected(state)).as("gone").containsExactly(false, false, false);
    maxPercent = 34;
    respond(state, 0, 500, 3);
    assertThat(ejected(state)).as("its place is free").containsExactly(true, false, false);
  }

  @Test
  void anEjectedHostTakesItsPlaceOverAnUpdateToo() {
    maxPercent = 25;
    ClusterState state = cluster(4);
    respond(state, 0, 500, 3);
    state.update(
        new ClusterLoadAssignment("c", List.of(priority(0, endpoints(1, 4, 4)))), 2 * SECOND);
    respond(state, 1, 500, 3);
    assertThat(ejected(state)).containsExactly(true, false, false, false);
  }

  @Test
  void aHostThatIsGoneIsEjectedNoMore() {
    ClusterState state = cluster(2);
    OutlierMonitor gone = monitor(state, 0);
    state.update(
        new ClusterLoadAssignment("c", List.of(priority(0, endpoints(2, 1, 1)))), 2 * SECOND);
    for (int i = 0; i < 3; i++) {
      gone.responded(500, now, 1);
    }
    assertThat(gone.host().isEjected()).isFalse();
  }

  @Test
  void oneGoodIntervalShortensTheNextEjection() {
    ClusterState state = cluster(1);
    assertThat(ejection(state)).isEqualTo(30);
    tickAt(state, now / SECOND + 10);
    assertThat(ejection(state)).isEqualTo(30);
  }

  @Test
  void howOftenItWasEjectedCountsUpToTheMaximum() {
    max = Duration.ofSeconds(60);
    ClusterState state = cluster(1);
    for (int i = 0; i < 6; i++) {
      ejection(state);
    }
    long before = now / SECOND;
    for (int i = 1; i <= 3; i++) {
      tickAt(state, before + i * 10L);
    }
    assertThat(ejection(state)).as("three good intervals later").isEqualTo(30);
  }

  @ParameterizedTest(name = "enforcing {0} %: {1} to {2} of 400")
  @CsvSource({"0, 0, 0", "25, 60, 140", "100, 400, 400"})
  void aFindingEjectsAsOftenAsItIsEnforced(int enforcing, int least, int most) {
    fiveXx = new Consecutive(1, enforcing);
    ClusterState state = cluster(400);
    for (int host = 0; host < 400; host++) {
      monitor(state, host).responded(500, now, host * 31L);
    }
    assertThat((int) state.hosts().stream().filter(Host::isEjected).count()).isBetween(least, most);
  }

  @Test
  void aHealthyCheckOfAHostThatIsNotEjectedFreesNoPlace() {
    maxPercent = 50;
    HealthCheck checks =
        HealthCheck.of(
            Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1, HealthProbe.Http.get("/"));
    ClusterState state =
        state(
            eds(new LbPolicy.RoundRobin(null)).outlierDetection(detection()).healthCheck(checks),
            priority(0, endpoints(1, 2, 2)));
    for (int i = 0; i < 3; i++) {
      state.hosts().forEach(host -> state.healthChecked(host, HealthCheckResult.SUCCESS, now));
    }
    respond(state, 0, 500, 3);
    respond(state, 1, 500, 3);
    assertThat(ejected(state)).containsExactly(true, false);
  }

  @Test
  void withoutDetectionNobodyIsTold() {
    ClusterState state = state(eds(new LbPolicy.RoundRobin(null)), priority(0, endpoints(1, 2, 2)));
    assertThat(state.hosts().get(0).outlierMonitor()).isNull();
  }

  @Test
  void aFailedHealthCheckKeepsRequestsAwayAndASuccessUnejects() {
    HealthCheck checks =
        HealthCheck.of(
            Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1, HealthProbe.Http.get("/"));
    ClusterState state =
        state(
            eds(new LbPolicy.RoundRobin(null))
                .panicThreshold(0)
                .outlierDetection(detection())
                .healthCheck(checks),
            priority(0, endpoints(1, 2, 2)));
    Host first = state.hosts().get(0);
    state.hosts().forEach(host -> state.healthChecked(host, HealthCheckResult.SUCCESS, now));
    state.healthChecked(first, HealthCheckResult.FAILURE, now);
    assertThat(picks(state, 50)).containsOnlyKeys("10.0.0.2");
    respond(state, 0, 500, 3);
    assertThat(first.isEjected()).isTrue();
    state.healthChecked(first, HealthCheckResult.SUCCESS, now);
    assertThat(first.isEjected()).isFalse();
    assertThat(picks(state, 50)).containsOnlyKeys("10.0.0.1", "10.0.0.2");
  }

  @Tag("threads")
  @Test
  void whatThreadsReportAtOnceIsCountedOnce() throws Exception {
    ClusterState state = cluster(8);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int thread = t;
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20_000; i++) {
                    int host = (i + thread) % 8;
                    monitor(state, host).responded(i % 5 == 0 ? 200 : 503, i * SECOND / 100, i);
                    state.pick(i);
                    if (thread == 0 && i % 100 == 0) {
                      state.tick(i * SECOND / 100, i);
                    }
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    tickAt(state, 10_000);
    assertThat(ejected(state)).doesNotContain(true);
    assertThat(picks(state, 800)).hasSize(8);
  }

  @Test
  void reportsAllocateNothing() {
    rate = new SuccessRate(100, 0, 5, 100, 1900);
    fiveXx = new Consecutive(0, 100);
    ClusterState state = cluster(1);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    OutlierMonitor monitor = monitor(state, 0);
    report(monitor, 10_000);
    long before = threads.getThreadAllocatedBytes(self);
    report(monitor, 100_000);
    assertThat(threads.getThreadAllocatedBytes(self) - before).isLessThan(10_000);
  }

  private static void report(OutlierMonitor monitor, int times) {
    for (int i = 0; i < times; i++) {
      monitor.connected();
      monitor.responded(i % 3 == 0 ? 503 : 200, i, i);
    }
  }

  @Test
  void whatEnvoyRejectsIsRejected() {
    max = Duration.ofSeconds(29);
    assertThatThrownBy(this::detection)
        .hasMessage(
            "outlier detector's max_ejection_time cannot be smaller than base_ejection_time");
    max = BASE;
    maxPercent = 101;
    assertThatThrownBy(this::detection)
        .hasMessageContaining("max_ejection_percent: value must be less than or equal to 100");
  }
}
