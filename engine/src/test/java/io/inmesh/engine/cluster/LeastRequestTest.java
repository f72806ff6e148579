package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeastRequestTest {
  private static final int PICKS = 10_000;

  private static ClusterState state(LbPolicy.LeastRequest policy, long... weights) {
    Endpoint[] endpoints = new Endpoint[weights.length];
    for (int i = 0; i < weights.length; i++) {
      endpoints[i] = Fixtures.endpoint(i, HealthStatus.HEALTHY, weights[i]);
    }
    return Fixtures.state(
        Fixtures.eds(policy), Fixtures.locality("a", 1, java.util.List.of(endpoints)));
  }

  private static void busy(ClusterState state, int host, int requests) {
    for (int i = 0; i < requests; i++) {
      state.hosts().get(host).requestStarted();
    }
  }

  private static LbPolicy.LeastRequest samples(int count) {
    return new LbPolicy.LeastRequest(count, 1.0, false, null);
  }

  private static double share(Map<String, Integer> picks, int host) {
    return Fixtures.sum(picks, host, host) / (double) PICKS;
  }

  @ParameterizedTest(name = "{0} samples of 4 hosts")
  @ValueSource(ints = {2, 3, 5})
  void theBusyHostComesOnlyWhereAllSamplesAreIt(int samples) {
    ClusterState state = state(samples(samples), 1, 1, 1, 1);
    busy(state, 2, 1);

    Map<String, Integer> picks = Fixtures.picks(state, PICKS);

    assertThat(share(picks, 2)).isCloseTo(Math.pow(0.25, samples), within(0.01));
    assertThat(share(picks, 0)).isCloseTo((1 - Math.pow(0.25, samples)) / 3, within(0.015));
  }

  @Test
  void oneRequestUnderWayIsNoLessThanAnother() {
    ClusterState state = state(samples(2), 1, 1);
    busy(state, 0, 3);
    busy(state, 1, 3);

    assertThat(share(Fixtures.picks(state, PICKS), 0)).isCloseTo(0.5, within(0.015));
  }

  @Test
  void aFullScanSpreadsOverAllThatAreIdlest() {
    ClusterState state = state(new LbPolicy.LeastRequest(2, 1.0, true, null), 1, 1, 1, 1, 1);
    busy(state, 0, 2);
    busy(state, 1, 1);
    busy(state, 2, 1);
    busy(state, 3, 1);
    busy(state, 4, 2);

    Map<String, Integer> picks = Fixtures.picks(state, PICKS);

    assertThat(picks).containsOnlyKeys("10.0.0.1", "10.0.0.2", "10.0.0.3");
    for (int host = 1; host <= 3; host++) {
      assertThat(share(picks, host)).isCloseTo(1 / 3.0, within(0.02));
    }
  }

  @ParameterizedTest(name = "bias {0}: a host of weight 4 with {1} under way beside one of 1")
  @CsvSource({
    // share is w/(active+1)^bias over the sum
    "1, 0, 0.8",
    "1, 3, 0.5",
    "1, 7, 0.3333",
    "2, 1, 0.5",
    "2, 3, 0.2",
    "0, 7, 0.8",
    "0.5, 3, 0.6667",
  })
  void whereWeightsDifferRequestsUnderWayBiasThem(double bias, int active, double share) {
    ClusterState state = state(new LbPolicy.LeastRequest(2, bias, false, null), 4, 1);
    busy(state, 0, active);

    assertThat(share(Fixtures.picks(state, PICKS), 0)).isCloseTo(share, within(0.01));
  }

  @Test
  void fewerThanTwoSamplesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> samples(1));
    assertThat(new LbPolicy.LeastRequest(2, Double.NaN, false, null).activeRequestBias())
        .isEqualTo(1.0);
  }
}
