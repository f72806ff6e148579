package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.eds;
import static io.inmesh.engine.cluster.Fixtures.endpoint;
import static io.inmesh.engine.cluster.Fixtures.locality;
import static io.inmesh.engine.cluster.Fixtures.picks;
import static io.inmesh.engine.cluster.Fixtures.priority;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inmesh.engine.net.MurmurHash2;
import io.inmesh.engine.net.XxHash64;
import io.inmesh.engine.trace.Trace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The hosts of a priority: what they can carry, their shares, and that they start slowly. */
class HostSetTest {
  private static final LbPolicy.RoundRobin PLAIN = new LbPolicy.RoundRobin(null);
  private static final Duration WINDOW = Duration.ofSeconds(100);
  private static final LbPolicy SLOWLY =
      new LbPolicy.RoundRobin(new LbPolicy.SlowStart(WINDOW, 1, 10));

  // ---- health ----

  @ParameterizedTest(name = "by weight {0}: {1}")
  @CsvSource({"false, 70 % of the load", "true, 35 % of the load"})
  void aPriorityCarriesByNumberOrByWeight(boolean byWeight, String expected) {
    ClusterState state = ClusterState.create(eds(PLAIN).panicThreshold(0).build(), 0, 1);
    state.update(
        new ClusterLoadAssignment(
            "c",
            List.of(
                priority(
                    0,
                    List.of(
                        endpoint(1, HealthStatus.HEALTHY, 1),
                        endpoint(2, HealthStatus.UNHEALTHY, 3),
                        // Not counted either way.
                        endpoint(3, HealthStatus.DRAINING, 9))),
                priority(1, List.of(endpoint(4, HealthStatus.HEALTHY, 1)))),
            140,
            List.of(),
            byWeight),
        0);
    Trace trace = Trace.recording();
    state.describe(trace, null);
    assertThat(trace.entries())
        .filteredOn(entry -> entry.kind().equals("priority"))
        .extracting(Trace.Entry::outcome)
        .startsWith(expected);
  }

  @ParameterizedTest
  @EnumSource
  void whatDiscoverySaysOfAHost(HealthStatus health) {
    Host host =
        Fixtures.state(eds(PLAIN), priority(0, List.of(endpoint(1, health, 1)))).hosts().get(0);
    Host.Health expected =
        switch (health) {
          case UNKNOWN, HEALTHY -> Host.Health.HEALTHY;
          case DEGRADED -> Host.Health.DEGRADED;
          default -> Host.Health.UNHEALTHY;
        };
    assertThat(host.health()).isEqualTo(expected);
    assertThat(host.isExcluded()).isEqualTo(health == HealthStatus.DRAINING);
    assertThat(host.ejections()).isZero();
    assertThat(host.cluster().name()).isEqualTo("c");
    assertThat(host.transportSocket()).isEqualTo(new TransportSocket.RawBuffer());
  }

  // ---- shares of hashes ----

  private static Host host(String name, int number) {
    return new Host(
        eds(PLAIN).build(),
        new Endpoint("10.0.0." + number, 80, name, HealthStatus.HEALTHY, 1, Map.of(), ""),
        Locality.UNKNOWN,
        0,
        0);
  }

  @Test
  void aHostIsHashedByItsAddressOrByItsName() {
    Host[] hosts = {host("a", 1), host("", 2)};
    assertThat(HashedHosts.of(hosts, h -> 1, false).keys())
        .containsExactly("10.0.0.1:80", "10.0.0.2:80");
    assertThat(HashedHosts.of(hosts, h -> 1, true).keys()).containsExactly("a", "10.0.0.2:80");
  }

  @Test
  void sharesSumUpToOne() {
    Host[] hosts = {host("", 1), host("", 2)};
    HashedHosts quarter = HashedHosts.of(hosts, h -> h == hosts[0] ? 2 : 6, false);
    assertThat(quarter.shares()).containsExactly(0.25, 0.75);
    assertThat(quarter.smallestShare()).isEqualTo(0.25);
    assertThat(quarter.largestShare()).isEqualTo(0.75);
    assertThat(HashedHosts.of(hosts, h -> 0, false).shares()).containsExactly(0.5, 0.5);
  }

  @ParameterizedTest(name = "localities weighted {0}: {1}")
  @CsvSource({"false, 5000", "true, 2500"})
  void aHostsPartOfItsLocalityTimesTheLocalitysPart(boolean weighted, int expected) {
    ClusterState state =
        Fixtures.state(
            eds(new LbPolicy.Maglev(65537, false, 0)).localityWeighted(weighted),
            locality(
                "a",
                2,
                List.of(
                    endpoint(1, HealthStatus.HEALTHY, 3), endpoint(2, HealthStatus.HEALTHY, 1))),
            locality("b", 4, List.of(endpoint(3, HealthStatus.HEALTHY, 2))));
    // Without localities three of six, with them three quarters of a third.
    assertThat(picks(state, 10_000).get("10.0.0.1")).isCloseTo(expected, within(200));
  }

  @Test
  void aRingStandsOnOneOfTwoHashes() {
    HashedHosts one = HashedHosts.of(new Host[] {host("", 1)}, h -> 1, false);
    RingHash murmur = new RingHash(one, new LbPolicy.RingHash(1, 1, true, false, 0));
    RingHash xx = new RingHash(one, new LbPolicy.RingHash(1, 1, false, false, 0));
    assertThat(murmur.describe(0))
        .isEqualTo(Long.toUnsignedString(MurmurHash2.of("10.0.0.1:80_0")) + ":80");
    assertThat(xx.describe(0))
        .isEqualTo(Long.toUnsignedString(XxHash64.of("10.0.0.1:80_0")) + ":80");
  }

  @Test
  void lighterHostsHaveFewerSlotsOfATable() {
    Host[] hosts = {host("", 1), host("", 2)};
    Maglev maglev =
        new Maglev(
            HashedHosts.of(hosts, h -> h == hosts[0] ? 1 : 4, false),
            new LbPolicy.Maglev(10_007, false, 0));
    long light = IntStream.range(0, 10_007).filter(i -> maglev.choose(i) == hosts[0]).count();
    assertThat(light).isBetween(1_995L, 2_010L);
    assertThat(IntStream.range(1, 60).mapToObj(i -> maglev.choose(1, i)).distinct()).hasSize(2);
    assertThat(maglev.choose(7, 0)).isSameAs(maglev.choose(7));
    assertThat(maglev.choose(7, 3)).isSameAs(maglev.choose(7L ^ -3L));
  }

  // ---- slow start ----

  // One host since ever, one that is new; the share of that one in percent.
  private static long fresh(ClusterState state) {
    Map<String, Integer> counts = picks(state, 2_200);
    return Math.round(counts.getOrDefault("10.0.0.2", 0) / 22.0);
  }

  private static void starts(
      Cluster.Builder cluster, HealthStatus health, LocalityEndpoints... own) {
    ClusterState state = Fixtures.state(cluster, own);
    state.tick(WINDOW.toNanos(), 0);
    state.update(
        new ClusterLoadAssignment(
            "c",
            List.of(locality("a", 1, List.of(endpoint(1, health, 1), endpoint(2, health, 1))))),
        WINDOW.toNanos());
    assertThat(fresh(state)).as("at first").isEqualTo(9);
    state.tick(WINDOW.multipliedBy(3).dividedBy(2).toNanos(), 0);
    assertThat(fresh(state)).as("half-way").isEqualTo(33);
    state.tick(WINDOW.multipliedBy(2).toNanos(), 0);
    assertThat(fresh(state)).as("at last").isEqualTo(50);
  }

  @ParameterizedTest
  @EnumSource(names = {"HEALTHY", "DEGRADED", "UNHEALTHY"})
  void slowStartHoldsForAllThatAreChosenAmong(HealthStatus health) {
    // Unhealthy ones are chosen among in panic.
    LocalityEndpoints own = locality("a", 1, List.of(endpoint(1, health, 1)));
    starts(eds(SLOWLY), health, own);
    starts(eds(SLOWLY).localityWeighted(true), health, own);
  }

  @Test
  void slowStartIsOfTwoPolicies() {
    LbPolicy.SlowStart slowStart = new LbPolicy.SlowStart(WINDOW, 1, 10);
    assertThat(HostWeights.slowStart(new LbPolicy.RoundRobin(slowStart))).isSameAs(slowStart);
    assertThat(HostWeights.slowStart(new LbPolicy.LeastRequest(2, 1, false, slowStart)))
        .isSameAs(slowStart);
    assertThat(HostWeights.slowStart(new LbPolicy.RandomChoice())).isNull();
  }
}
