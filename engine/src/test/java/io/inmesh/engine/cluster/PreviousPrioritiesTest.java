package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.eds;
import static io.inmesh.engine.cluster.Fixtures.endpoints;
import static io.inmesh.engine.cluster.Fixtures.priority;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which priorities the attempts of one request go to. */
class PreviousPrioritiesTest {
  private static ClusterState state(int... healthyOfTwo) {
    List<LocalityEndpoints> priorities = new ArrayList<>();
    for (int p = 0; p < healthyOfTwo.length; p++) {
      priorities.add(priority(p, endpoints(10 * p + 1, healthyOfTwo[p], 2)));
    }
    return Fixtures.state(
        eds(new LbPolicy.RoundRobin(null)).panicThreshold(0),
        priorities.toArray(new LocalityEndpoints[0]));
  }

  private record Trying(PreviousPriorities previousPriorities) implements PickContext {
    @Override
    public boolean rejects(Host host) {
      return false;
    }

    @Override
    public int hostSelectionAttempts() {
      return 0;
    }
  }

  private static List<@Nullable Integer> attempts(ClusterState state, int frequency, int count) {
    PreviousPriorities tried = new PreviousPriorities(frequency);
    List<@Nullable Integer> priorities = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Host host = Objects.requireNonNull(state.pick(0, new Trying(tried)));
      priorities.add(host.priority());
      tried.attempted(host);
    }
    return priorities;
  }

  @Test
  void eachAttemptLeavesOutThoseBefore() {
    assertThat(attempts(state(2, 2, 2), 1, 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
  }

  @Test
  void afterEverySoManyAttemptsTheyAreLeftOut() {
    assertThat(attempts(state(2, 2, 2), 2, 6)).containsExactly(0, 0, 1, 1, 2, 2);
    assertThat(attempts(state(2, 2), 3, 7)).containsExactly(0, 0, 0, 1, 1, 1, 0);
  }

  @Test
  void prioritiesWithoutHealthyHostsAreNoOthers() {
    assertThat(attempts(state(2, 0, 2), 1, 4)).containsExactly(0, 2, 0, 2);
    assertThat(attempts(state(2), 1, 3)).containsExactly(0, 0, 0);
  }

  @Test
  void aChangeOfThePrioritiesIsSeen() {
    ClusterState state = state(2, 2);
    PreviousPriorities tried = new PreviousPriorities(2);
    for (int i = 0; i < 3; i++) {
      tried.attempted(Objects.requireNonNull(state.pick(0, new Trying(tried))));
    }
    state.update(new ClusterLoadAssignment("c", List.of(priority(0, endpoints(1, 2, 2)))), 1);
    assertThat(state.pick(0, new Trying(tried))).isNotNull();
  }

  @Test
  void degradedHostsAreOthersToo() {
    LocalityEndpoints degraded =
        priority(1, List.of(Fixtures.endpoint(11, HealthStatus.DEGRADED, 1)));
    ClusterState state =
        Fixtures.state(
            eds(new LbPolicy.RoundRobin(null)).panicThreshold(0),
            priority(0, endpoints(1, 2, 2)),
            degraded);
    assertThat(attempts(state, 1, 3)).containsExactly(0, 1, 0);
  }

  @Test
  void aTraceTellsThePriorities() {
    Trace trace = Trace.recording();
    state(1, 2).describe(trace, null);
    assertThat(trace.entries())
        .extracting(entry -> entry.kind() + " " + entry.name() + ": " + entry.outcome())
        .containsExactly(
            "cluster c: 4 hosts",
            "priority 0: 70 % of the load",
            "endpoint 10.0.0.1:80: healthy",
            "endpoint 10.0.0.2:80: unhealthy",
            "priority 1: 30 % of the load",
            "endpoint 10.0.0.11:80: healthy",
            "endpoint 10.0.0.12:80: healthy");
  }
}
