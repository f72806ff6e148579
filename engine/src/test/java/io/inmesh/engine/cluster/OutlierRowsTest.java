package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.picks;
import static io.inmesh.engine.cluster.Fixtures.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.OutlierDetection.Consecutive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts that fail several times in a row. */
class OutlierRowsTest extends OutlierFixture {
  @Test
  void failuresInARowEject() {
    ClusterState state = cluster(3);
    respond(state, 0, 500, 2);
    assertThat(ejected(state)).containsExactly(false, false, false);
    respond(state, 0, 500, 1);
    assertThat(ejected(state)).containsExactly(true, false, false);
    assertThat(picks(state, 100)).containsOnlyKeys("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @CsvSource({"200", "302", "404", "499", "600"})
  void anythingElseBeginsAnew(int code) {
    ClusterState state = cluster(1);
    respond(state, 0, 503, 2);
    respond(state, 0, code, 1);
    respond(state, 0, 503, 2);
    assertThat(ejected(state)).containsExactly(false);
  }

  @Test
  void gatewayFailuresHaveACountOfTheirOwn() {
    gateway = new Consecutive(2, 100);
    fiveXx = new Consecutive(0, 100);
    ClusterState state = cluster(1);
    respond(state, 0, 502, 1);
    respond(state, 0, 500, 1);
    respond(state, 0, 504, 1);
    assertThat(ejected(state)).containsExactly(false);
    respond(state, 0, 503, 1);
    assertThat(ejected(state)).containsExactly(true);
  }

  @Test
  void onlyEnforcedFindingsEjectAndABoutCountsOnce() {
    fiveXx = new Consecutive(3, 0);
    ClusterState state = cluster(1);
    respond(state, 0, 500, 10);
    assertThat(ejected(state)).containsExactly(false);
    assertThat(state.hosts().get(0).ejections()).isZero();
  }

  @Test
  void localFailuresCountAsStatusUnlessSplit() {
    ClusterState state = cluster(2);
    monitor(state, 0).failed(now, 1);
    monitor(state, 0).timedOut(504, now, 1);
    monitor(state, 0).connected();
    monitor(state, 0).failed(now, 1);
    assertThat(ejected(state)).containsExactly(true, false);
    monitor(state, 1).failed(now, 1);
    monitor(state, 1).timedOut(204, now, 1);
    monitor(state, 1).failed(now, 1);
    monitor(state, 1).failed(now, 1);
    assertThat(ejected(state)).as("a caller that wants 204 makes it a success").endsWith(false);
  }

  @Test
  void splitLocalFailuresAreForgottenWithAConnection() {
    split = true;
    ClusterState state = cluster(1);
    for (int i = 0; i < 5; i++) {
      monitor(state, 0).connected();
      monitor(state, 0).timedOut(504, now, 1);
    }
    assertThat(ejected(state)).containsExactly(false);
    monitor(state, 0).failed(now, 1);
    respond(state, 0, 503, 2);
    monitor(state, 0).failed(now, 1);
    assertThat(ejected(state)).containsExactly(true);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"501, false", "502, true", "503, true", "504, true", "505, false"})
  void threeStatusesAreOfGateways(int code, boolean expected) {
    gateway = new Consecutive(2, 100);
    fiveXx = new Consecutive(0, 100);
    ClusterState state = cluster(1);
    respond(state, 0, code, 2);
    assertThat(ejected(state)).containsExactly(expected);
  }

  @Test
  void aSuccessEndsARowOfGatewayFailures() {
    gateway = new Consecutive(2, 100);
    ClusterState state = cluster(1);
    respond(state, 0, 503, 1);
    respond(state, 0, 200, 1);
    respond(state, 0, 503, 1);
    assertThat(ejected(state)).containsExactly(false);
  }

  @Test
  void aBoutThatCouldNotEjectIsForgotten() {
    maxPercent = 50;
    ClusterState state = cluster(2);
    respond(state, 0, 500, 3);
    respond(state, 1, 500, 3);
    assertThat(ejected(state)).containsExactly(true, false);
    tickAt(state, 40);
    respond(state, 1, 500, 2);
    assertThat(ejected(state)).as("two of a new bout").containsExactly(false, false);
    respond(state, 1, 500, 1);
    assertThat(ejected(state)).containsExactly(false, true);
  }

  @Test
  void aReturnForgetsEveryRow() {
    gateway = new Consecutive(4, 100);
    ClusterState state = cluster(1);
    respond(state, 0, 503, 3);
    tickAt(state, 40);
    assertThat(ejected(state)).containsExactly(false);
    respond(state, 0, 503, 1);
    assertThat(ejected(state)).containsExactly(false);
  }
}
