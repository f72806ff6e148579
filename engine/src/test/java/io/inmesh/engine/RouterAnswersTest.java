package io.inmesh.engine;

import static io.inmesh.engine.Mesh.ANY_PATH;
import static io.inmesh.engine.Mesh.cluster;
import static io.inmesh.engine.Mesh.decide;
import static io.inmesh.engine.Mesh.host;
import static io.inmesh.engine.Mesh.outcome;
import static io.inmesh.engine.Mesh.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.authz.Rbac;
import io.inmesh.engine.authz.RbacFilter;
import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.listener.CallerTrust;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization.EscapedSlashes;
import io.inmesh.engine.listener.FilterChainAction.RouterOptions;
import io.inmesh.engine.listener.FilterChainAction.Routes;
import io.inmesh.engine.listener.FilterChainAction.ServerHeader;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.ForwardedClientCert;
import io.inmesh.engine.listener.HostStripping;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.listener.NetworkFilter;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.FilterOverrides;
import io.inmesh.engine.route.HashPolicy;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.route.VirtualHost;
import io.inmesh.engine.trace.Trace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine answers by itself before and instead of a route. */
class RouterAnswersTest {
  private static final Route A = route("a", "/", "a");
  private static final Route FIXED =
      route("fixed", ANY_PATH, new RouteAction.DirectResponse(200, "hello"));
  private static final RbacFilter NOBODY = RbacFilter.of(new Rbac(Rbac.Action.ALLOW, Map.of()));

  private EscapedSlashes escapedSlashes = EscapedSlashes.KEEP_UNCHANGED;
  private List<HttpFilter> filters = List.of();
  private List<NetworkFilter> networkFilters = List.of();
  private HostStripping stripping = HostStripping.NONE;
  private VirtualHost virtualHost = host("*", A);
  private String table = "80";

  private MeshSnapshot snapshot() {
    HttpConnectionManager manager =
        new HttpConnectionManager(
            new Routes.Named("80"),
            new PathNormalization(true, false, escapedSlashes),
            filters,
            CallerTrust.NONE,
            ServerHeader.DEFAULT,
            RouterOptions.DEFAULT,
            Duration.ZERO,
            Duration.ZERO,
            HttpConnectionManager.DEFAULT_BUFFER_LIMIT,
            true,
            stripping,
            false,
            ForwardedClientCert.SANITIZE,
            false);
    FilterChain chain =
        new FilterChain("http", FilterChainMatch.ANY, networkFilters, manager, Optional.empty());
    return MeshSnapshot.builder()
        .listener(listener(80, chain))
        .routeTable(Mesh.table(table, virtualHost))
        .cluster(cluster("a", "10.0.0.1:80"))
        .cluster(cluster("b", "10.0.0.2:80"))
        .cluster(cluster("c", "10.0.0.3:80"))
        .build();
  }

  private static Listener listener(int port, FilterChain... chains) {
    return new Listener(
        "0.0.0.0_" + port, "0.0.0.0", port, Listener.Direction.OUTBOUND, List.of(chains), null);
  }

  private static Decision send(MeshSnapshot snapshot, TestHead head) {
    return snapshot.route(head, 7, 0, Trace.OFF);
  }

  private static String traced(MeshSnapshot snapshot, TestHead head) {
    Trace trace = Trace.recording();
    snapshot.route(head, 7, 0, trace);
    return trace.toText();
  }

  private static String refusal(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Refusal.class);
    return ((Decision.Refusal) decision).reason();
  }

  // ---- connections ----

  @Test
  void tlsOnAChainOfHttpIsRefused() {
    assertThat(refusal(send(snapshot(), TestHead.get("https://h:80/"))))
        .isEqualTo("TLS on the HTTP filter chain http of 0.0.0.0_80");
    assertThat(outcome(send(snapshot(), TestHead.get("http://h/")))).isEqualTo("a");
  }

  @Test
  void aConnectionWithoutAChainIsRefused() {
    FilterChain tls =
        new FilterChain(
            "tls",
            FilterChainMatch.of("tls", List.of()),
            new FilterChainAction.TcpProxy(new ClusterSpecifier.Single("a")));
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(listener(80, tls))
            .cluster(cluster("a", "1.1.1.1:1"))
            .build();

    assertThat(refusal(decide(snapshot, TestHead.get("http://h/"))))
        .isEqualTo("filter_chain_not_found: listener 0.0.0.0_80");
    assertThat(traced(snapshot, TestHead.get("http://h/")))
        .containsPattern("filter chain\\s+-\\s+none");
  }

  @Test
  void aConnectionThatAccessControlDeniesIsRefused() {
    networkFilters = List.of(new NetworkFilter.Rbac("rbac", NOBODY));

    assertThat(refusal(send(snapshot(), TestHead.get("http://h/"))))
        .isEqualTo("rbac_access_denied_matched_policy[none]");
    assertThat(traced(snapshot(), TestHead.get("http://h/")))
        .containsPattern("decision\\s+closed\\s+rbac_access_denied_matched_policy.none.");
  }

  @Test
  void bytesGoToOneOfSeveralClusters() {
    ClusterSpecifier weighted =
        new ClusterSpecifier.Weighted(
            List.of(new WeightedCluster("a", 10), new WeightedCluster("b", 10)));
    FilterChain tcp =
        new FilterChain("tcp", FilterChainMatch.ANY, new FilterChainAction.TcpProxy(weighted));
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(listener(80, tcp))
            .cluster(cluster("a", "1.1.1.1:1"))
            .cluster(cluster("b", "1.1.1.1:1"))
            .build();

    assertThat(outcome(decide(snapshot, TestHead.get("http://h/"), 9))).isEqualTo("tcp a");
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/"), 10))).isEqualTo("tcp b");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "BlackHoleCluster, BlackHoleCluster: the registry does not know h",
    "gone, cluster_not_found: gone",
  })
  void bytesToNowhereAreRefused(String cluster, String reason) {
    MeshSnapshot snapshot =
        MeshSnapshot.builder().listener(listener(80, Mesh.tcp("tcp", cluster))).build();

    assertThat(refusal(decide(snapshot, TestHead.get("http://h/")))).isEqualTo(reason);
  }

  @Test
  void bytesWaitForEndpointsThatAreNotKnown() {
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(listener(80, Mesh.tcp("tcp", "later")))
            .cluster(ClusterState.create(Cluster.builder("later", Cluster.Type.EDS).build(), 0))
            .build();

    assertThat(((Decision.Pending) decide(snapshot, TestHead.get("http://h/"))).need())
        .isEqualTo(new Decision.Need.Endpoints("later"));
  }

  @Test
  void aHostWithoutAKnownAddressIsNoneOfTheBoundOnes() {
    Listener six =
        new Listener(
            "six",
            "2001:db8::5",
            80,
            Listener.Direction.OUTBOUND,
            List.of(Mesh.tcp("six", "six")),
            null);
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(six)
            .listener(listener(80, Mesh.tcp("any", "any")))
            .cluster(cluster("six", "1.1.1.1:1"))
            .cluster(cluster("any", "1.1.1.1:1"))
            .build();

    assertThat(outcome(decide(snapshot, TestHead.get("http://nobody-knows/"))))
        .isEqualTo("tcp any");
    assertThat(outcome(decide(snapshot, TestHead.get("http://[2001:db8::5]/"))))
        .isEqualTo("tcp six");
  }

  @Test
  void aTraceTellsTheAddressThoughNobodyNeedsIt() {
    assertThat(traced(snapshot(), TestHead.get("http://10.1.1.1/"))).contains("ip=10.1.1.1");
  }

  // ---- before routes ----

  @Test
  void withoutARouteTableNothingIsFound() {
    table = "another";

    assertThat(outcome(decide(snapshot(), TestHead.get("http://h/"))))
        .isEqualTo("404 NR route_configuration_not_found");
    assertThat(traced(snapshot(), TestHead.get("http://h/")))
        .containsPattern("decision\\s+404\\s+route_configuration_not_found");
  }

  @Test
  void aRequestWithoutAHostIsBad() {
    assertThat(outcome(decide(snapshot(), TestHead.get("http://h/").with("host", ""))))
        .isEqualTo("400 - missing_host_header");
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "KEEP_UNCHANGED, /a%2Fb, a",
    "KEEP_UNCHANGED, /a%00b, 400 - path_normalization_failed",
    "REJECT_REQUEST, /a%2Fb, 400 - path_normalization_failed",
    "REJECT_REQUEST, /a/./b, a",
    "UNESCAPE_AND_REDIRECT, /a%2Fb, 307 - path_normalization_failed",
    "UNESCAPE_AND_FORWARD, /a%2Fb, a",
  })
  void pathsAreNormalisedFirst(EscapedSlashes mode, String path, String expected) {
    escapedSlashes = mode;

    assertThat(outcome(decide(snapshot(), TestHead.get("http://h" + path)))).isEqualTo(expected);
  }

  @Test
  void aRedirectToTheNormalisedPathKeepsTheQuery() {
    escapedSlashes = EscapedSlashes.UNESCAPE_AND_REDIRECT;

    assertThat(
            ((LocalReply) send(snapshot(), TestHead.get("http://h/a%2Fb?q=1"))).header("location"))
        .isEqualTo("/a/b?q=1");
  }

  @Test
  void onlyWhatWasTakenOffTheHostIsToldApart() {
    stripping = new HostStripping(true, HostStripping.Port.NONE);

    assertThat(((RouteDecision) send(snapshot(), TestHead.get("http://h/"))).normalizedHost())
        .isNull();
    assertThat(
            ((RouteDecision) send(snapshot(), TestHead.get("http://h/").with("host", "h.")))
                .normalizedHost())
        .isEqualTo("h");
  }

  @ParameterizedTest(name = "require_tls {0}, x-forwarded-proto {1}: {2}")
  @CsvSource({
    "NONE, http, a",
    "ALL, http, 301 - direct_response",
    "ALL, NONE, 301 - direct_response",
    "ALL, https, a",
    "EXTERNAL_ONLY, http, 301 - direct_response",
    "EXTERNAL_ONLY, https, a",
  })
  void aVirtualHostMayRequireTls(
      VirtualHost.TlsRequirement requirement, String forwarded, String expected) {
    virtualHost =
        new VirtualHost(
            "h",
            List.of("*"),
            List.of(A),
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            requirement,
            VirtualHost.Options.DEFAULT,
            FilterOverrides.NONE);
    TestHead head = TestHead.get("http://h/x?q=1");
    if (!forwarded.equals("NONE")) {
      head.with("x-forwarded-proto", forwarded);
    }

    Decision decision = decide(snapshot(), head);
    assertThat(outcome(decision)).isEqualTo(expected);
    if (decision instanceof LocalReply reply) {
      assertThat(reply.header("location")).isEqualTo("https://h/x?q=1");
    }
  }

  // ---- filters before an answer ----

  private static HttpFilter.Fault fault(int abortPercent) {
    return new HttpFilter.Fault(
        new FaultPolicy(
            new FaultPolicy.Delay(Duration.ofSeconds(1), FractionalPercent.ALL),
            new FaultPolicy.Abort(418, null, new FractionalPercent(abortPercent, 100))));
  }

  @Test
  void aFilterMayAnswerInPlaceOfARoute() {
    virtualHost = host("*", FIXED);
    HttpFilter.Fault fault = fault(100);
    filters = List.of(fault);

    assertThat(outcome(send(snapshot(), TestHead.get("http://h/"))))
        .isEqualTo("418 DI,FI fault_filter_abort");
    assertThat(fault.active()).hasValue(0);
  }

  @Test
  void aFilterMayLetTheRouteAnswer() {
    virtualHost = host("*", FIXED);
    filters = List.of(fault(0));

    assertThat(outcome(send(snapshot(), TestHead.get("http://h/"))))
        .isEqualTo("200 - direct_response");
  }

  @Test
  void accessControlSpeaksBeforeAnAnswerAndBeforeACluster() {
    filters = List.of(new HttpFilter.Rbac("rbac", NOBODY));
    String denied = "403 - rbac_access_denied_matched_policy[none]";

    virtualHost = host("*", FIXED);
    assertThat(outcome(decide(snapshot(), TestHead.get("http://h/")))).isEqualTo(denied);
    virtualHost = host("other", FIXED);
    assertThat(outcome(decide(snapshot(), TestHead.get("http://h/")))).isEqualTo(denied);
    virtualHost = host("*", A);
    assertThat(traced(snapshot(), TestHead.get("http://h/")))
        .containsPattern("decision\\s+403\\s+rbac_access_denied")
        .doesNotContain("forwarded to a");
  }

  // ---- which cluster ----

  private static Route byHash(boolean useHashPolicy) {
    ClusterSpecifier weighted =
        new ClusterSpecifier.Weighted(
            List.of(
                new WeightedCluster("a", 1),
                new WeightedCluster("b", 1),
                new WeightedCluster("c", 1)),
            null,
            useHashPolicy);
    return route(
        "hashed",
        ANY_PATH,
        RouteAction.Forward.to(weighted)
            .hashPolicies(List.of(new HashPolicy.Header("x-user", null, "", false)))
            .build());
  }

  @ParameterizedTest(name = "use_hash_policy {0}, x-user {1}: {2}, {3}")
  @CsvSource({
    // The clusters with a random number of 0, and of 1; those of the hashes are Envoy's.
    "false, a, a, b",
    "true, NONE, a, b",
    "true, a, c, c",
    "true, user-1, b, b",
    "true, user-2, a, a",
  })
  void theHashOfARequestMayChooseItsCluster(
      boolean useHashPolicy, String user, String low, String high) {
    virtualHost = host("*", byHash(useHashPolicy));
    TestHead head = TestHead.get("http://h/");
    if (!user.equals("NONE")) {
      head.with("x-user", user);
    }

    assertThat(outcome(decide(snapshot(), head, 0))).isEqualTo(low);
    assertThat(outcome(decide(snapshot(), head, 1))).isEqualTo(high);
  }

  @Test
  void pathParametersAreNoPartOfThePathThatIsMatched() {
    virtualHost =
        host(
            "*", route("exact", new RouteMatch(new PathMatcher.Exact("/x", true)), FIXED.action()));

    assertThat(outcome(decide(snapshot(), TestHead.get("http://h/x;v=1"))))
        .isEqualTo("404 NR route_not_found");
  }
}
