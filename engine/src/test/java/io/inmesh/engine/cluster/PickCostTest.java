package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pick allocates nothing once its cluster is warm. */
class PickCostTest {
  private static final int PICKS = 10_000;

  static Stream<LbPolicy> policies() {
    return Stream.of(
        new LbPolicy.RoundRobin(null),
        LbPolicy.LeastRequest.DEFAULT,
        new LbPolicy.LeastRequest(2, 1.0, true, null),
        new LbPolicy.RandomChoice(),
        new LbPolicy.RingHash(1024, 1 << 20, false, false, 0),
        new LbPolicy.RingHash(1024, 1 << 20, false, false, 120),
        new LbPolicy.Maglev(65537, false, 0),
        new LbPolicy.Maglev(65537, false, 120));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void equalHosts(LbPolicy policy) {
    assertFree(Fixtures.state(Fixtures.eds(policy), hosts(1)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void weightedHostsInWeightedLocalities(LbPolicy policy) {
    assertFree(Fixtures.state(Fixtures.eds(policy).localityWeighted(true), hosts(3)));
  }

  private static LocalityEndpoints hosts(int weights) {
    List<Endpoint> list = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      list.add(Fixtures.endpoint(1 + i, HealthStatus.HEALTHY, 1 + i % weights));
    }
    return Fixtures.locality("a", 1, list);
  }

  private static void assertFree(ClusterState state) {
    long random = 42;
    pickAll(state, random);
    pickAll(state, random);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    pickAll(state, random);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;

    // What the measurement itself allocates is far below a byte a pick.
    assertThat(bytes).isLessThan(PICKS / 4);
  }

  private static void pickAll(ClusterState state, long seed) {
    long random = seed;
    for (int i = 0; i < PICKS; i++) {
      random += 0x9E3779B97F4A7C15L;
      Host host = state.pick(random);
      if (host != null && i % 50 == 0) {
        host.requestStarted();
        host.requestEnded();
      }
    }
  }
}
