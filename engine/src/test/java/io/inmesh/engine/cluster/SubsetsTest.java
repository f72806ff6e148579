package io.inmesh.engine.cluster;

import static io.inmesh.engine.cluster.Fixtures.eds;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.LbSubsets.Fallback;
import io.inmesh.engine.cluster.LbSubsets.Selector;
import io.inmesh.engine.match.MetadataMatch;
import io.inmesh.engine.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hosts 1 and 2 are of version 1, host 3 of version 2, host 4 of none. */
class SubsetsTest {
  private static final Selector BY_VERSION =
      new Selector(List.of("v"), Fallback.NOT_DEFINED, Set.of(), false);
  private static final Map<String, Object> V1 = Map.of("v", "1");
  private static final Map<String, Object> V2 = Map.of("v", "2");

  private Fallback fallback = Fallback.NO_FALLBACK;
  private Map<String, Object> defaultSubset = Map.of();
  private List<Selector> selectors = List.of(BY_VERSION);
  private boolean panicModeAny;
  private boolean listAsAny;
  private boolean fallbackList;
  private boolean localityAware;
  private boolean scaled;
  private HealthStatus healthOfThree = HealthStatus.HEALTHY;

  private LbSubsets config() {
    return new LbSubsets(
        fallback,
        MetadataMatch.of(defaultSubset),
        selectors,
        localityAware,
        scaled,
        panicModeAny,
        listAsAny,
        fallbackList);
  }

  private static Endpoint endpoint(int number, HealthStatus health, Map<String, Object> metadata) {
    return new Endpoint(
        "10.0.0." + number, 80, "", health, 1, Map.of(), "", HealthCheckTarget.SAME, metadata);
  }

  private static Endpoint endpoint(int number, Map<String, Object> metadata) {
    return endpoint(number, HealthStatus.HEALTHY, metadata);
  }

  private ClusterState state() {
    return Fixtures.state(
        eds(new LbPolicy.RoundRobin(null)).panicThreshold(0).subsets(config()),
        Fixtures.priority(
            0,
            List.of(
                endpoint(1, Map.of("v", "1", "stage", "old")),
                endpoint(2, Map.of("v", "1", "stage", "new")),
                endpoint(3, healthOfThree, V2),
                endpoint(4, Map.of()))));
  }

  private static PickContext wanting(@Nullable MetadataMatch criteria) {
    return new PickContext() {
      @Override
      public boolean rejects(Host host) {
        return false;
      }

      @Override
      public int hostSelectionAttempts() {
        return 0;
      }

      @Override
      public @Nullable MetadataMatch metadataMatch() {
        return criteria;
      }
    };
  }

  /** The numbers of the hosts that 60 requests go to, with how often. */
  private static Map<String, Integer> picks(
      ClusterState state, @Nullable Map<String, Object> criteria) {
    PickContext context = wanting(criteria == null ? null : MetadataMatch.of(criteria));
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      Host host = state.pick(i, context);
      String name = host == null ? "none" : host.endpoint().address().substring(7);
      counts.merge(name, 1, Integer::sum);
    }
    return counts;
  }

  private List<String> hosts(@Nullable Map<String, Object> criteria) {
    return List.copyOf(picks(state(), criteria).keySet());
  }

  @Test
  void aRequestGoesToTheHostsOfItsSubset() {
    assertThat(picks(state(), V1)).isEqualTo(Map.of("1", 30, "2", 30));
    assertThat(hosts(V2)).containsExactly("3");
  }

  @Test
  void withoutASubsetTheClusterSaysWhere() {
    List<Map<String, Object>> lost =
        Arrays.asList(null, Map.of("v", "9"), Map.of("stage", "old"), Map.of());
    for (Map<String, Object> criteria : lost) {
      fallback = Fallback.NO_FALLBACK;
      assertThat(hosts(criteria)).containsExactly("none");
      fallback = Fallback.ANY_ENDPOINT;
      assertThat(hosts(criteria)).containsExactly("1", "2", "3", "4");
      fallback = Fallback.DEFAULT_SUBSET;
      defaultSubset = V2;
      assertThat(hosts(criteria)).containsExactly("3");
    }
  }

  @Test
  void aSelectorMaySayOtherwise() {
    fallback = Fallback.ANY_ENDPOINT;
    selectors = List.of(new Selector(List.of("v"), Fallback.NO_FALLBACK, Set.of(), false));
    assertThat(hosts(Map.of("v", "9"))).containsExactly("none");
    assertThat(hosts(Map.of("stage", "old"))).hasSize(4);
    fallback = Fallback.NO_FALLBACK;
    selectors = List.of(new Selector(List.of("v"), Fallback.ANY_ENDPOINT, Set.of(), false));
    assertThat(hosts(Map.of("v", "9"))).hasSize(4);
    defaultSubset = V2;
    selectors = List.of(new Selector(List.of("v"), Fallback.DEFAULT_SUBSET, Set.of(), false));
    assertThat(hosts(Map.of("v", "9"))).containsExactly("3");
  }

  @Test
  void aSelectorMayBeContentWithSomeOfItsKeys() {
    selectors =
        List.of(
            BY_VERSION,
            new Selector(List.of("stage", "v"), Fallback.KEYS_SUBSET, Set.of("v"), false));
    assertThat(hosts(Map.of("v", "1", "stage", "new"))).containsExactly("2");
    assertThat(hosts(Map.of("v", "1", "stage", "none"))).containsExactly("1", "2");
    assertThat(hosts(Map.of("v", "9", "stage", "none"))).containsExactly("none");
  }

  @Test
  void aSelectorThatEndsInsideOfAnEarlierOneHasNoFallback() {
    fallback = Fallback.DEFAULT_SUBSET;
    defaultSubset = V2;
    Selector longer = new Selector(List.of("a", "b"), Fallback.NOT_DEFINED, Set.of(), false);
    Selector shorter = new Selector(List.of("a"), Fallback.ANY_ENDPOINT, Set.of(), false);
    selectors = List.of(longer, shorter);
    assertThat(hosts(Map.of("a", "x"))).containsExactly("3");
    selectors = List.of(shorter, longer);
    assertThat(hosts(Map.of("a", "x"))).hasSize(4);
  }

  @Test
  void aSubsetMayBeItsFirstHostWhateverItsHealth() {
    healthOfThree = HealthStatus.UNHEALTHY;
    assertThat(hosts(V2)).containsExactly("none");
    selectors = List.of(new Selector(List.of("v"), Fallback.NOT_DEFINED, Set.of(), true));
    assertThat(hosts(V2)).containsExactly("3");
    assertThat(hosts(V1)).containsExactly("1");
  }

  @Test
  void inPanicAnyHostWillDo() {
    healthOfThree = HealthStatus.UNHEALTHY;
    fallback = Fallback.DEFAULT_SUBSET;
    defaultSubset = V2;
    assertThat(hosts(null)).containsExactly("none");
    panicModeAny = true;
    assertThat(hosts(null)).containsExactly("1", "2", "4");
    healthOfThree = HealthStatus.HEALTHY;
    assertThat(hosts(null)).containsExactly("3");
  }

  @Test
  void aHostMayBeInASubsetForEachElementOfAList() {
    ClusterState plain = listed();
    assertThat(picks(plain, V1)).containsOnlyKeys("1");
    listAsAny = true;
    ClusterState any = listed();
    assertThat(picks(any, V1)).containsOnlyKeys("1", "2");
    assertThat(picks(any, V2)).containsOnlyKeys("2");
  }

  private ClusterState listed() {
    return Fixtures.state(
        eds(new LbPolicy.RoundRobin(null)).subsets(config()),
        Fixtures.priority(
            0, List.of(endpoint(1, V1), endpoint(2, Map.of("v", List.of("1", "2"))))));
  }

  @Test
  void criteriaMayNameOthersToTryInTurn() {
    Map<String, Object> tried = Map.of("fallback_list", List.of(Map.of("v", "9"), V2, V1));
    assertThat(hosts(tried)).as("only where the cluster says so").containsExactly("none");
    fallbackList = true;
    assertThat(hosts(tried)).containsExactly("3");
    assertThat(hosts(Map.of("fallback_list", List.of(), "v", "1"))).containsExactly("1", "2");
    assertThat(hosts(Map.of("v", "2"))).containsExactly("3");
    healthOfThree = HealthStatus.UNHEALTHY;
    assertThat(hosts(tried)).as("a subset without a host is passed").containsExactly("1", "2");
  }

  // Zone a has four hosts, two of them of version 1; zone b has one, which is.
  private Map<String, Integer> byZone() {
    List<Endpoint> a = List.of(endpoint(1, V1), endpoint(2, V1), endpoint(3, V2), endpoint(4, V2));
    ClusterState state =
        Fixtures.state(
            eds(new LbPolicy.RoundRobin(null)).localityWeighted(true).subsets(config()),
            Fixtures.locality("a", 4, a),
            Fixtures.locality("b", 4, List.of(endpoint(5, V1))));
    return picks(state, V1);
  }

  @Test
  void weightsOfLocalitiesCountInASubsetOnDemand() {
    assertThat(byZone()).isEqualTo(Map.of("1", 20, "2", 20, "5", 20));
    localityAware = true;
    assertThat(byZone()).isEqualTo(Map.of("1", 15, "2", 15, "5", 30));
    scaled = true;
    assertThat(byZone()).isEqualTo(Map.of("1", 10, "2", 10, "5", 40));
  }

  @Test
  void subsetsFollowTheHealthOfTheirHosts() {
    ClusterState state = state();
    assertThat(picks(state, V1)).containsOnlyKeys("1", "2");
    List<Endpoint> next = new ArrayList<>();
    next.add(endpoint(1, HealthStatus.UNHEALTHY, V1));
    next.add(endpoint(2, V1));
    state.update(new ClusterLoadAssignment("c", List.of(Fixtures.priority(0, next))), 1);
    assertThat(picks(state, V1)).containsOnlyKeys("2");
  }

  private List<String> trace(Map<String, Object> criteria) {
    Trace trace = Trace.recording();
    state().describe(trace, MetadataMatch.of(criteria));
    return trace.entries().stream()
        .map(entry -> entry.kind() + " " + entry.name() + ": " + entry.outcome())
        .toList();
  }

  @Test
  void aTraceTellsTheSubset() {
    assertThat(trace(V1)).contains("cluster c: 4 hosts", "subset {v=1}: 2 hosts");
    assertThat(trace(Map.of("v", "9"))).contains("subset NO_FALLBACK: 0 hosts");
    fallback = Fallback.ANY_ENDPOINT;
    assertThat(trace(Map.of("v", "9"))).contains("subset ANY_ENDPOINT: 4 hosts");
    selectors = List.of(new Selector(List.of("v"), Fallback.NOT_DEFINED, Set.of(), true));
    assertThat(trace(V1)).contains("subset {v=1}: 1 hosts");
  }
}
