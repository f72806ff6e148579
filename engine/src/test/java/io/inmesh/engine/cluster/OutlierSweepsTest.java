package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.picks;
import static io.inmesh.engine.cluster.Fixtures.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.OutlierDetection.Consecutive;
import io.inmesh.engine.cluster.OutlierDetection.FailurePercentage;
import io.inmesh.engine.cluster.OutlierDetection.SuccessRate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts that are compared with the others, or with a share, once an interval. */
class OutlierSweepsTest extends OutlierFixture {
  @Test
  void aHostBelowTheOthersIsEjected() {
    fiveXx = new Consecutive(0, 0);
    rate = new SuccessRate(100, 0, 5, 100, 1900);
    ClusterState state = cluster(5);
    for (int host = 0; host < 5; host++) {
      respond(state, host, 200, host == 0 ? 50 : 100);
      respond(state, host, 500, host == 0 ? 50 : 0);
    }
    tickAt(state, 10);
    // 90 % on average, deviation 20: the threshold is 52 %.
    assertThat(ejected(state)).containsExactly(true, false, false, false, false);
  }

  @ParameterizedTest
  @CsvSource({
    // volume, hosts, deviating share, ejected
    "99, 5, 50, false",
    "100, 5, 53, false",
    "100, 4, 0, false",
    "100, 5, 0, true",
  })
  void successRatesNeedVolumeAndCompany(int volume, int hosts, int good, boolean expected) {
    fiveXx = new Consecutive(0, 0);
    rate = new SuccessRate(100, 0, 5, 100, 1900);
    percentage = new FailurePercentage(85, 0, 0, 5, 50);
    ClusterState state = cluster(hosts);
    for (int host = 0; host < hosts; host++) {
      boolean bad = host == 0;
      respond(state, host, 200, bad ? good : volume);
      respond(state, host, 500, bad ? volume - good : 0);
    }
    if (good == 53) {
      // One more that deviates makes the threshold fall below the first.
      respond(state, 1, 500, 100);
    }
    tickAt(state, 10);
    assertThat(ejected(state).get(0)).isEqualTo(expected);
  }

  @Test
  void aShareOfFailuresEjectsWithoutComparison() {
    fiveXx = new Consecutive(0, 0);
    percentage = new FailurePercentage(50, 100, 0, 2, 10);
    ClusterState state = cluster(2);
    respond(state, 0, 500, 5);
    respond(state, 0, 200, 5);
    respond(state, 1, 500, 4);
    respond(state, 1, 200, 6);
    tickAt(state, 10);
    assertThat(ejected(state)).containsExactly(true, false);
  }

  @Test
  void eachIntervalCountsAnew() {
    fiveXx = new Consecutive(0, 0);
    percentage = new FailurePercentage(50, 100, 0, 1, 10);
    ClusterState state = cluster(1);
    respond(state, 0, 500, 6);
    tickAt(state, 10);
    respond(state, 0, 500, 6);
    tickAt(state, 20);
    assertThat(ejected(state)).as("six each").containsExactly(false);
    respond(state, 0, 500, 10);
    tickAt(state, 30);
    assertThat(ejected(state)).containsExactly(true);
  }

  @Test
  void localFailuresAreComparedTooWhereTheyAreSplit() {
    split = true;
    local = new Consecutive(0, 0);
    percentage = new FailurePercentage(50, 0, 100, 1, 10);
    ClusterState state = cluster(2);
    for (int i = 0; i < 10; i++) {
      monitor(state, 0).failed(now, 1);
      monitor(state, 1).connected();
      monitor(state, 1).responded(503, now, 1);
      monitor(state, 1).responded(200, now, 1);
    }
    tickAt(state, 10);
    assertThat(ejected(state)).containsExactly(true, false);
  }

  @Test
  void splitLocalFailuresAreNoResponses() {
    split = true;
    fiveXx = new Consecutive(0, 0);
    ClusterState state = cluster(2);
    for (int i = 0; i < 3; i++) {
      monitor(state, 0).failed(now, 1);
      monitor(state, 1).timedOut(504, now, 1);
    }
    assertThat(ejected(state)).containsExactly(true, true);
  }

  @Test
  void connectionsAreTheGoodShareOfLocalFailures() {
    split = true;
    local = new Consecutive(0, 0);
    percentage = new FailurePercentage(60, 0, 100, 1, 10);
    ClusterState state = cluster(1);
    for (int i = 0; i < 10; i++) {
      monitor(state, 0).failed(now, 1);
      monitor(state, 0).connected();
    }
    tickAt(state, 10);
    assertThat(ejected(state)).containsExactly(false);
  }

  // One host at 50 %, four at 100 %.
  private ClusterState compared(int hosts) {
    rate = new SuccessRate(100, 0, 5, 0, 1900);
    ClusterState state = cluster(hosts);
    for (int host = 0; host < 5; host++) {
      respond(state, host, 200, host == 0 ? 50 : 100);
      respond(state, host, 500, host == 0 ? 50 : 0);
    }
    return state;
  }

  @Test
  void anOutlierOfASweepGetsNoRequests() {
    fiveXx = new Consecutive(0, 0);
    ClusterState state = compared(5);
    tickAt(state, 10);
    assertThat(picks(state, 100)).doesNotContainKey("10.0.0.1").hasSize(4);
  }

  @Test
  void aHostWithoutRequestsIsNotCompared() {
    fiveXx = new Consecutive(0, 0);
    ClusterState state = compared(6);
    tickAt(state, 10);
    assertThat(ejected(state)).containsExactly(true, false, false, false, false, false);
  }

  @Test
  void aHostThatIsEjectedIsNotCompared() {
    fiveXx = new Consecutive(60, 100);
    ClusterState state = compared(6);
    respond(state, 5, 500, 100);
    assertThat(ejected(state)).endsWith(true);
    tickAt(state, 10);
    assertThat(ejected(state)).containsExactly(true, false, false, false, false, true);
  }

  @Test
  void amongEqualsThereIsNoOutlier() {
    rate = new SuccessRate(100, 0, 5, 100, 1900);
    ClusterState state = cluster(5);
    for (int host = 0; host < 5; host++) {
      respond(state, host, 200, 100);
    }
    tickAt(state, 10);
    assertThat(ejected(state)).doesNotContain(true);
  }
}
