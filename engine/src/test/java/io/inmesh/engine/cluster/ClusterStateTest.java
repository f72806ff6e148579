package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.eds;
import static io.inmesh.engine.cluster.Fixtures.endpoint;
import static io.inmesh.engine.cluster.Fixtures.endpoints;
import static io.inmesh.engine.cluster.Fixtures.locality;
import static io.inmesh.engine.cluster.Fixtures.picks;
import static io.inmesh.engine.cluster.Fixtures.priority;
import static io.inmesh.engine.cluster.Fixtures.state;
import static io.inmesh.engine.cluster.Fixtures.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.inmesh.engine.match.FractionalPercent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterStateTest {
  private static final LbPolicy ROUND_ROBIN = new LbPolicy.RoundRobin(null);
  private static final HealthStatus HEALTHY = HealthStatus.HEALTHY;

  // Four standard deviations of a binomial count: a fixed seed makes this exact, not flaky.
  private static int spread(int n, double p) {
    return (int) Math.ceil(4 * Math.sqrt(n * p * (1 - p)));
  }

  @Test
  void roundRobinGivesExactShares() {
    ClusterState state = state(eds(ROUND_ROBIN), priority(0, endpoints(1, 3, 3)));
    assertThat(picks(state, 300).values()).containsExactly(100, 100, 100);
  }

  @Test
  void roundRobinFollowsWeights() {
    ClusterState state =
        state(
            eds(ROUND_ROBIN),
            priority(0, List.of(endpoint(1, HEALTHY, 1), endpoint(2, HEALTHY, 3))));
    assertThat(picks(state, 400)).containsEntry("10.0.0.1", 100).containsEntry("10.0.0.2", 300);
  }

  @Test
  void randomIgnoresWeights() {
    ClusterState state =
        state(
            eds(new LbPolicy.RandomChoice()),
            priority(0, List.of(endpoint(1, HEALTHY, 1), endpoint(2, HEALTHY, 100))));
    assertThat(picks(state, 10_000).get("10.0.0.1")).isCloseTo(5_000, within(spread(10_000, 0.5)));
  }

  @Test
  void leastRequestTakesTheSmallerOfTwoSamples() {
    ClusterState state = state(eds(LbPolicy.LeastRequest.DEFAULT), priority(0, endpoints(1, 4, 4)));
    state.hosts().get(0).requestStarted();
    // The busy host comes up only where both samples, with replacement, are it: 1 of 16.
    assertThat(picks(state, 16_000).getOrDefault("10.0.0.1", 0))
        .isCloseTo(1_000, within(spread(16_000, 1 / 16.0)));
  }

  @Test
  void leastRequestWithFullScanTakesOneOfTheLeast() {
    ClusterState state =
        state(eds(new LbPolicy.LeastRequest(2, 1.0, true, null)), priority(0, endpoints(1, 4, 4)));
    state.hosts().get(0).requestStarted();
    state.hosts().get(3).requestStarted();
    Map<String, Integer> counts = picks(state, 10_000);
    assertThat(counts).containsOnlyKeys("10.0.0.2", "10.0.0.3");
    assertThat(counts.get("10.0.0.2")).isCloseTo(5_000, within(spread(10_000, 0.5)));
  }

  @Test
  void leastRequestDividesWeightsByActiveRequests() {
    ClusterState state =
        state(
            eds(LbPolicy.LeastRequest.DEFAULT),
            priority(0, List.of(endpoint(1, HEALTHY, 4), endpoint(2, HEALTHY, 1))));
    for (int i = 0; i < 3; i++) {
      state.hosts().get(0).requestStarted();
    }
    // 4 / (3 + 1) against 1 / (0 + 1).
    assertThat(picks(state, 1_000).get("10.0.0.1")).isCloseTo(500, within(2));
  }

  @Test
  void prioritiesShareByHealth() {
    ClusterState state =
        state(
            eds(ROUND_ROBIN),
            priority(0, endpoints(1, 3, 10)),
            priority(1, endpoints(101, 10, 10)));
    Map<String, Integer> counts = picks(state, 10_000);
    assertThat(sum(counts, 1, 3)).isCloseTo(4_200, within(spread(10_000, 0.42)));
    assertThat(sum(counts, 4, 10)).isZero();
    assertThat(sum(counts, 101, 110)).isCloseTo(5_800, within(spread(10_000, 0.58)));
  }

  @Test
  void panicIgnoresHealth() {
    ClusterState state = state(eds(ROUND_ROBIN), priority(0, endpoints(1, 1, 4)));
    assertThat(picks(state, 400).values()).containsExactly(100, 100, 100, 100);
  }

  @Test
  void withoutPanicNothingHealthyIsNoHost() {
    ClusterState state = state(eds(ROUND_ROBIN).panicThreshold(0), priority(0, endpoints(1, 0, 4)));
    assertThat(picks(state, 10)).containsOnlyKeys("none");
    ClusterState failing =
        state(eds(ROUND_ROBIN).failTrafficOnPanic(true), priority(0, endpoints(1, 1, 4)));
    assertThat(picks(failing, 10)).containsOnlyKeys("none");
  }

  @Test
  void drainingHostsDoNotCount() {
    ClusterState state =
        state(
            eds(ROUND_ROBIN),
            priority(
                0,
                List.of(
                    endpoint(1, HEALTHY, 1),
                    endpoint(2, HealthStatus.DRAINING, 1),
                    endpoint(3, HealthStatus.DRAINING, 1),
                    endpoint(4, HealthStatus.DRAINING, 1))));
    assertThat(picks(state, 10)).containsOnlyKeys("10.0.0.1");
  }

  @Test
  void localitiesShareByWeight() {
    ClusterState state =
        state(
            eds(ROUND_ROBIN).localityWeighted(true),
            locality("a", 1, endpoints(1, 2, 2)),
            locality("b", 3, endpoints(11, 2, 2)),
            locality("none", 0, endpoints(21, 2, 2)));
    Map<String, Integer> counts = picks(state, 400);
    assertThat(sum(counts, 1, 2)).isEqualTo(100);
    assertThat(sum(counts, 11, 12)).isEqualTo(300);
    assertThat(sum(counts, 21, 22)).isZero();
  }

  @Test
  void aLocalityThatIsHalfUnhealthyShrinks() {
    ClusterState state =
        state(
            eds(ROUND_ROBIN).localityWeighted(true),
            locality("a", 1, endpoints(1, 4, 4)),
            locality("b", 1, endpoints(11, 2, 4)));
    // 1 against 1.4 * 2 / 4 = 0.7.
    Map<String, Integer> counts = picks(state, 1_700);
    assertThat(sum(counts, 1, 4)).isEqualTo(1_000);
    assertThat(sum(counts, 11, 12)).isEqualTo(700);
  }

  @Test
  void withoutLocalityWeightingAllHostsAreOneList() {
    ClusterState state =
        state(
            eds(ROUND_ROBIN),
            locality("a", 1, endpoints(1, 1, 1)),
            locality("b", 99, endpoints(11, 3, 3)));
    assertThat(picks(state, 400).values()).containsOnly(100);
  }

  @Test
  void hostsKeepCountsAndBirthOverUpdates() {
    ClusterState state = state(eds(ROUND_ROBIN), priority(0, endpoints(1, 2, 2)));
    Host first = state.hosts().get(0);
    first.requestStarted();
    state.update(
        new ClusterLoadAssignment(
            "c", List.of(priority(1, List.of(endpoint(3, HEALTHY, 1), endpoint(1, HEALTHY, 5))))),
        99);
    assertThat(state.hosts()).hasSize(2).contains(first);
    assertThat(first.activeRequests()).isEqualTo(1);
    assertThat(first.birthNanos()).isZero();
    assertThat(first.endpoint().weight()).isEqualTo(5);
    assertThat(first.priority()).isEqualTo(1);
    assertThat(state.hosts().get(0).birthNanos()).isEqualTo(99);
  }

  @Test
  void ofSeveralWithOneAddressTheFirstCounts() {
    ClusterState state =
        state(
            eds(ROUND_ROBIN),
            priority(0, List.of(endpoint(1, HEALTHY, 1), endpoint(1, HealthStatus.UNHEALTHY, 9))),
            priority(1, List.of(endpoint(1, HEALTHY, 1))));
    assertThat(state.hosts()).hasSize(1);
    assertThat(state.hosts().get(0).endpoint().weight()).isEqualTo(1);
    assertThat(state.hosts().get(0).priority()).isZero();
  }

  @Test
  void hostsOfOneAddressAndSeveralNamesAreSeveral() {
    Endpoint first = new Endpoint("10.0.0.1", 80, "a", HEALTHY, 1, Map.of(), "");
    Endpoint second = new Endpoint("10.0.0.1", 80, "b", HEALTHY, 1, Map.of(), "");
    ClusterState state = state(eds(ROUND_ROBIN), priority(0, List.of(first, second)));
    assertThat(state.hosts()).extracting(Host::endpoint).containsExactly(first, second);
  }

  @Test
  void stripesAreAPowerOfTwo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterState.create(eds(ROUND_ROBIN).build(), 0, 3));
  }

  @Test
  void eachPriorityOfRequestsHasItsOwnCircuitBreakers() {
    ClusterState state = state(eds(ROUND_ROBIN), priority(0, endpoints(1, 1, 1)));
    assertThat(state.resources(true)).isNotNull().isNotSameAs(state.resources(false));
    assertThat(state.resources(false)).isNotNull();
  }

  @Test
  void theEndpointsInForceAreKnown() {
    ClusterLoadAssignment.DropOverload drop =
        new ClusterLoadAssignment.DropOverload("a", new FractionalPercent(1, 100));
    ClusterState state = ClusterState.create(eds(ROUND_ROBIN).build(), 0);
    assertThat(state.assignment()).isNull();
    assertThat(state.dropOverload()).isNull();
    state.update(new ClusterLoadAssignment("c", List.of()), 0);
    assertThat(state.dropOverload()).isNull();
    ClusterLoadAssignment next = new ClusterLoadAssignment("c", List.of(), 140, List.of(drop));
    state.update(next, 0);
    assertThat(state.assignment()).isSameAs(next);
    assertThat(state.dropOverload()).isSameAs(drop);
  }

  @Test
  void aHashKeepsItsHostAndARepeatedPickGoesOn() {
    ClusterState state =
        state(
            eds(new LbPolicy.RingHash(64, 128, false, false, 0)), priority(0, endpoints(1, 5, 5)));
    Host own = state.pick(1, hashed(42, Set.of(), 0));
    assertThat(own).isNotNull();
    for (long random = 0; random < 50; random++) {
      assertThat(state.pick(random, hashed(42, Set.of(), 9))).isSameAs(own);
    }
    assertThat(state.pick(1, hashed(42, Set.of(own), 0))).as("no attempt left").isSameAs(own);
    Host next = state.pick(1, hashed(42, Set.of(own), 9));
    assertThat(next).isNotNull().isNotSameAs(own);
    assertThat(state.pick(1, hashed(42, Set.of(own, next), 20))).isNotIn(own, next);
    assertThat(state.pick(1, hashed(42, Set.copyOf(state.hosts()), 20))).as("the last").isNotNull();
  }

  @Test
  void anOrdinaryPickIsRepeatedAsOftenAsItMay() {
    ClusterState state = state(eds(new LbPolicy.RandomChoice()), priority(0, endpoints(1, 4, 4)));
    Set<Host> three = Set.copyOf(state.hosts().subList(0, 3));
    int once = 0;
    for (long random = 0; random < 400; random++) {
      once += three.contains(state.pick(random, hashed(0, three, 1))) ? 1 : 0;
      assertThat(state.pick(random, hashed(0, three, 200))).isSameAs(state.hosts().get(3));
    }
    // Two picks of three quarters each.
    assertThat(once).isBetween(190, 260);
  }

  private static PickContext hashed(long hash, Set<Host> rejected, int attempts) {
    return new PickContext() {
      @Override
      public boolean hasHash() {
        return true;
      }

      @Override
      public long hash() {
        return hash;
      }

      @Override
      public boolean rejects(Host host) {
        return rejected.contains(host);
      }

      @Override
      public int hostSelectionAttempts() {
        return attempts;
      }
    };
  }

  @Test
  void aRequestOfWhichNothingIsKnownAsksForNothing() {
    assertThat(
            PickContext.NONE.rejects(
                state(eds(ROUND_ROBIN), priority(0, endpoints(1, 1, 1))).hosts().get(0)))
        .isFalse();
    assertThat(PickContext.NONE.hasHash()).isFalse();
    assertThat(PickContext.NONE.requestHeader("a")).isNull();
    assertThat(PickContext.NONE.destination()).isNull();
    assertThat(PickContext.NONE.metadataMatch()).isNull();
    assertThat(PickContext.NONE.previousPriorities()).isNull();
  }

  @Test
  void aSlowStartMayBeAggressive() {
    Duration window = Duration.ofSeconds(100);
    LbPolicy policy = new LbPolicy.RoundRobin(new LbPolicy.SlowStart(window, 2.0, 10));
    ClusterState state = state(eds(policy), priority(0, endpoints(1, 1, 1)));
    state.update(
        new ClusterLoadAssignment("c", List.of(priority(0, endpoints(1, 2, 2)))), window.toNanos());
    state.tick(window.multipliedBy(5).dividedBy(4).toNanos(), 0);
    // The root of a quarter is a half: one of three requests.
    assertThat(picks(state, 3_000).get("10.0.0.2")).isCloseTo(1_000, within(2));
  }

  @Test
  void aHostIsFoundByItsAddressWhileItIsThere() {
    ClusterState state = state(eds(ROUND_ROBIN), priority(0, endpoints(2, 2, 2)));
    Host first = state.hosts().get(0);
    Endpoint before = first.endpoint();
    assertThat(state.hostAt(before)).isSameAs(first);
    assertThat(state.hostAt(endpoint(9, HEALTHY, 1))).isNull();
    state.update(new ClusterLoadAssignment("c", List.of()), 0);
    assertThat(state.hostAt(before)).isNull();
    assertThat(
            state(eds(ROUND_ROBIN).unsupported("filters[0]"), priority(0, endpoints(2, 2, 2)))
                .hostAt(before))
        .isNull();
  }

  @Test
  void endpointsAreUnknownUntilTheyCome() {
    ClusterState state = ClusterState.create(eds(ROUND_ROBIN).build(), 0);
    assertThat(state.endpointsKnown()).isFalse();
    assertThat(state.pick(1)).isNull();
    state.update(new ClusterLoadAssignment("c", List.of()), 0);
    assertThat(state.endpointsKnown()).isTrue();
    assertThat(state.pick(1)).isNull();
  }

  @Test
  void anUnsupportedClusterHasNoHosts() {
    ClusterState state =
        state(eds(ROUND_ROBIN).unsupported("filters[0]"), priority(0, endpoints(1, 3, 3)));
    assertThat(state.pick(1)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void aRejectedPickIsRepeatedAndTheLastOneUsed(int attempts) {
    ClusterState state = state(eds(ROUND_ROBIN), priority(0, endpoints(1, 2, 2)));
    Host avoided = state.hosts().get(0);
    PickContext context =
        new PickContext() {
          @Override
          public boolean rejects(Host host) {
            return host == avoided;
          }

          @Override
          public int hostSelectionAttempts() {
            return attempts;
          }
        };
    int hits = 0;
    for (int i = 0; i < 100; i++) {
      hits += state.pick(i, context) == avoided ? 1 : 0;
    }
    if (attempts == 0) {
      assertThat(hits).isEqualTo(50);
    } else {
      assertThat(hits).isZero();
    }
  }

  @Test
  void aNewHostStartsSlowly() {
    Duration window = Duration.ofSeconds(10);
    LbPolicy policy = new LbPolicy.RoundRobin(new LbPolicy.SlowStart(window, 1.0, 10));
    ClusterState state = state(eds(policy), priority(0, endpoints(1, 1, 1)));
    state.tick(window.toNanos(), 0);
    state.update(
        new ClusterLoadAssignment("c", List.of(priority(0, endpoints(1, 2, 2)))), window.toNanos());
    assertThat(picks(state, 1_100).get("10.0.0.2")).as("at first").isCloseTo(100, within(1));
    state.tick(window.multipliedBy(3).dividedBy(2).toNanos(), 0);
    assertThat(picks(state, 1_500).get("10.0.0.2")).as("half-way").isCloseTo(500, within(1));
    state.tick(window.multipliedBy(2).toNanos(), 0);
    assertThat(picks(state, 1_000).get("10.0.0.2")).as("at last").isCloseTo(500, within(1));
  }

  @Tag("threads")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void threadsPickWhileEndpointsChange(boolean weighted) throws Exception {
    ClusterState state = ClusterState.create(eds(LbPolicy.LeastRequest.DEFAULT).build(), 0);
    List<Endpoint> few = List.of(endpoint(1, HEALTHY, 1), endpoint(2, HEALTHY, weighted ? 3 : 1));
    state.update(new ClusterLoadAssignment("c", List.of(priority(0, few))), 0);
    Host kept = state.hosts().get(0);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> picked = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        long seed = t;
        picked.add(
            threads.submit(
                () -> {
                  SplittableRandom random = new SplittableRandom(seed);
                  int count = 0;
                  for (int i = 0; i < 20_000; i++) {
                    Host host = state.pick(random.nextLong());
                    if (host != null) {
                      host.requestStarted();
                      host.requestEnded();
                      count++;
                    }
                  }
                  return count;
                }));
      }
      for (int i = 0; i < 500; i++) {
        List<Endpoint> now = i % 2 == 0 ? endpoints(1, 5, 5) : few;
        state.update(new ClusterLoadAssignment("c", List.of(priority(0, now))), i);
      }
      for (Future<Integer> future : picked) {
        assertThat(future.get()).isEqualTo(20_000);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(state.hosts()).contains(kept);
    assertThat(state.hosts()).allSatisfy(host -> assertThat(host.activeRequests()).isZero());
  }
}
