package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.eds;
import static io.inmesh.engine.cluster.Fixtures.endpoint;
import static io.inmesh.engine.cluster.Fixtures.picks;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** This process is in zone {@code a}; percentages of 20,000 picks, exact to two. */
class ZoneRoutingTest {
  private static final Locality HERE = new Locality("r", "a", "");
  private static final int PICKS = 20_000;

  private Cluster.Builder cluster = eds(new LbPolicy.RoundRobin(null));
  private final Map<String, String> zoneOf = new TreeMap<>();
  private int next;

  @BeforeEach
  void noPanicUpstream() {
    cluster = cluster.panicThreshold(0);
  }

  /** {@code a3 b2-1}: three healthy hosts in a; in b two, and one that is not. */
  private ClusterLoadAssignment hosts(String text, int priority) {
    List<LocalityEndpoints> localities = new ArrayList<>();
    for (String part : text.split(" ", -1)) {
      String zone = part.substring(0, 1);
      String[] numbers = part.substring(1).split("-", 2);
      List<Endpoint> endpoints = new ArrayList<>();
      int healthy = Integer.parseInt(numbers[0]);
      int all = healthy + (numbers.length > 1 ? Integer.parseInt(numbers[1]) : 0);
      for (int i = 0; i < all; i++) {
        next++;
        zoneOf.put("10.0.0." + next, zone);
        endpoints.add(
            endpoint(next, i < healthy ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY, 1));
      }
      localities.add(
          new LocalityEndpoints(
              new Locality("r", zone, ""), zone.equals("p") ? 0 : 1, priority, endpoints));
    }
    return new ClusterLoadAssignment("c", localities);
  }

  private ClusterState state(Cluster.Builder builder, ClusterLoadAssignment hosts) {
    ClusterState state = ClusterState.create(builder.build(), 0, 1);
    state.update(hosts, 0);
    return state;
  }

  private ClusterState local(String hosts) {
    return state(Cluster.builder("local", Cluster.Type.EDS), hosts(hosts, 0));
  }

  private ClusterState upstream(String hosts, ClusterState local) {
    ClusterState state = state(cluster, hosts(hosts, 0));
    state.localCluster(new LocalCluster(local, HERE));
    return state;
  }

  /** Percent of the picks by zone. */
  private String shares(ClusterState state) {
    Map<String, Integer> byZone = new TreeMap<>();
    picks(state, PICKS)
        .forEach((ip, count) -> byZone.merge(zoneOf.getOrDefault(ip, ip), count, Integer::sum));
    StringBuilder text = new StringBuilder();
    byZone.forEach(
        (zone, count) ->
            text.append(
                String.format(Locale.ROOT, "%s %d ", zone, Math.round(count * 20.0 / PICKS) * 5)));
    return text.toString().strip();
  }

  @ParameterizedTest(name = "from {0} to {1}: {2}")
  @CsvSource({
    // Upstream has as great a part here as this process's cluster, or a greater one.
    "a3 b3, a3 b3, a 100",
    "a1 b3, a3 b3, a 100",
    // 20 % of upstream for 50 % of the callers: of ten requests from here four stay.
    "a3 b3, a2 b8, a 40 b 60",
    // What is left goes by the capacity that the others do not need themselves: 25 % and 5 %.
    "a4 b2 c2, a2 b5 c3, a 40 b 50 c 10",
    "a4 c2 b2, a2 c5 b3, a 40 b 10 c 50",
    // Only healthy hosts count, on both sides.
    "a3-5 b3, a2-4 b8, a 40 b 60",
    // Nothing is here, and b needs all of its own.
    "a2 b2, b3 c3, c 100",
    // Nobody has anything to spare.
    "a0-1 b2 c2, b3 c3, b 50 c 50",
  })
  void requestsStayInTheZoneAsFarAsItCarriesThem(String from, String to, String expected) {
    assertThat(shares(upstream(to, local(from)))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "from {0} to {1}: {2}")
  @CsvSource({
    // Fewer than six are healthy.
    "a3 b3, a2 b3, a 40 b 60",
    "a3 b3, a2 b3-2, a 40 b 60",
    // One zone on either side.
    "a3, a3 b3, a 50 b 50",
    // This process is not among the hosts of its own cluster.
    "b3 c3, a3 b3, a 50 b 50",
  })
  void sometimesZonesDoNotMatter(String from, String to, String expected) {
    assertThat(shares(upstream(to, local(from)))).isEqualTo(expected);
  }

  @Test
  void sixAreEnoughUnlessMoreAreWanted() {
    cluster = cluster.zoneAware(new Cluster.ZoneAware(100, 7));
    assertThat(shares(upstream("a3 b3", local("a3 b3")))).isEqualTo("a 50 b 50");
    assertThat(shares(upstream("a4 b3", local("a3 b3")))).isEqualTo("a 100");
  }

  @Test
  void itMayHoldForAPartOfTheRequests() {
    cluster = cluster.zoneAware(new Cluster.ZoneAware(60, 6));
    assertThat(shares(upstream("a3 b3", local("a3 b3")))).isEqualTo("a 80 b 20");
    cluster = cluster.zoneAware(new Cluster.ZoneAware(0, 6));
    assertThat(shares(upstream("a3 b3", local("a3 b3")))).isEqualTo("a 50 b 50");
  }

  @Test
  void whereTheOwnClusterPanicsItDoesNotHold() {
    cluster = cluster.panicThreshold(50);
    assertThat(shares(upstream("a3 b3", local("a1-2 b1-1")))).isEqualTo("a 50 b 50");
    assertThat(shares(upstream("a3 b3", local("a1-1 b1-1")))).isEqualTo("a 100");
    cluster = cluster.failTrafficOnPanic(true);
    assertThat(shares(upstream("a3 b3", local("a1-2 b1-1")))).isEqualTo("none 100");
  }

  @Test
  void onlyTheFirstPriorityOfTheOwnClusterCounts() {
    List<LocalityEndpoints> both = new ArrayList<>(hosts("a3 b3", 0).localities());
    both.addAll(hosts("a90", 1).localities());
    ClusterState local =
        state(Cluster.builder("local", Cluster.Type.EDS), new ClusterLoadAssignment("local", both));
    assertThat(shares(upstream("a2 b8", local))).isEqualTo("a 40 b 60");
  }

  @Test
  void itFollowsTheOwnCluster() {
    ClusterState local = local("a3 b3");
    ClusterState state = upstream("a2 b8", local);
    assertThat(shares(state)).isEqualTo("a 40 b 60");
    local.update(hosts("a2 b8", 0), 1);
    assertThat(shares(state)).isEqualTo("a 100");
  }

  @Test
  void itIsTurnedOffAgain() {
    ClusterState state = upstream("a2 b8", local("a2 b8"));
    assertThat(shares(state)).isEqualTo("a 100");
    state.localCluster(null);
    assertThat(shares(state)).isEqualTo("a 20 b 80");
  }

  @Test
  void aHashKnowsNoZones() {
    cluster = cluster.lbPolicy(new LbPolicy.Maglev(65537, false, 0));
    assertThat(shares(upstream("a3 b3", local("a3 b3")))).isEqualTo("a 50 b 50");
  }
}
