package io.inmesh.engine;

import static io.inmesh.engine.Mesh.ANY_PATH;
import static io.inmesh.engine.Mesh.cluster;
import static io.inmesh.engine.Mesh.decide;
import static io.inmesh.engine.Mesh.host;
import static io.inmesh.engine.Mesh.outcome;
import static io.inmesh.engine.Mesh.port80;
import static io.inmesh.engine.Mesh.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
  private static final RouteAction BLOCK = new RouteAction.DirectResponse(502, "");

  /** A mesh as istiod describes it: two HTTP services, a TCP service on a VIP, TLS by name. */
  private static MeshSnapshot.Builder shop(String outboundPolicy) {
    boolean allow = outboundPolicy.equals("ALLOW_ANY");
    Listener byName =
        new Listener(
            "0.0.0.0_443",
            "0.0.0.0",
            443,
            Listener.Direction.OUTBOUND,
            List.of(
                new FilterChain(
                    "pay",
                    FilterChainMatch.ofServerNames(List.of("pay.example.com")),
                    new FilterChainAction.TcpProxy(new ClusterSpecifier.Single("pay")))),
            Mesh.tcp("rest", allow ? "PassthroughCluster" : "BlackHoleCluster"));
    Listener vip =
        new Listener(
            "10.96.0.5_80",
            "10.96.0.5",
            80,
            Listener.Direction.OUTBOUND,
            List.of(Mesh.tcp("redis", "redis")),
            null);
    return MeshSnapshot.builder()
        .listener(Mesh.httpListener(80))
        .listener(byName)
        .listener(vip)
        .listener(Mesh.virtualOutbound(allow ? "PassthroughCluster" : "BlackHoleCluster"))
        .routeTable(
            Mesh.table(
                "80",
                host("catalog", route("default", "/", "catalog")),
                host("10.96.0.9", route("default", "/", "catalog")),
                allow
                    ? host("*", route("allow_any", "/", "PassthroughCluster"))
                    : host("*", route("block_all", ANY_PATH, BLOCK))))
        .cluster(cluster("catalog", "10.0.0.1:8080"))
        .cluster(cluster("redis", "10.0.0.2:6379"))
        .cluster(cluster("pay", "10.0.0.3:443"))
        .cluster(
            ClusterState.create(
                Cluster.builder("BlackHoleCluster", Cluster.Type.STATIC).build(), 0))
        .nameTable(
            NameTable.of(
                List.of(
                    new NameTable.Entry(
                        "redis.shop.svc.cluster.local",
                        List.of("10.96.0.5"),
                        true,
                        "redis",
                        "shop"),
                    new NameTable.Entry(
                        "catalog.shop.svc.cluster.local",
                        List.of("10.96.0.9"),
                        true,
                        "catalog",
                        "shop")),
                "shop"));
  }

  @ParameterizedTest
  @CsvSource({
    // URL; ALLOW_ANY; REGISTRY_ONLY
    "http://catalog/items, catalog, catalog",
    "http://CATALOG/items, catalog, catalog",
    "http://10.96.0.9/, catalog, catalog",
    "http://redis/, tcp redis, tcp redis",
    "http://redis.shop/, tcp redis, tcp redis",
    "http://10.96.0.5/, tcp redis, tcp redis",
    "http://unknown/, PASSTHROUGH_CLUSTER, 502 - direct_response",
    "http://unknown:8123/, PASSTHROUGH_CLUSTER, Refusal",
    "http://catalog:8123/, PASSTHROUGH_CLUSTER, Refusal",
    "https://pay.example.com/, tcp pay, tcp pay",
    "https://PAY.example.com/, tcp pay, tcp pay",
    "https://unknown/, PASSTHROUGH_CLUSTER, Refusal",
    "https://catalog:80/, PASSTHROUGH_CLUSTER, PASSTHROUGH_CLUSTER",
    "http://127.0.0.1/, LOOPBACK, LOOPBACK",
    "http://[::1]/, LOOPBACK, LOOPBACK",
    "http://127.8.8.8:9999/, LOOPBACK, LOOPBACK",
  })
  void destinations(String url, String allowAny, String registryOnly) {
    assertThat(outcome(decide(shop("ALLOW_ANY").build(), TestHead.get(url)))).isEqualTo(allowAny);
    assertThat(outcome(decide(shop("REGISTRY_ONLY").build(), TestHead.get(url))))
        .isEqualTo(registryOnly);
  }

  @Test
  void theHostOnTheWireChoosesTheVirtualHostAndTheUriTheListener() {
    MeshSnapshot snapshot = shop("REGISTRY_ONLY").build();
    TestHead fromOutside = TestHead.get("http://unknown/").with("host", "catalog");
    assertThat(outcome(decide(snapshot, fromOutside))).isEqualTo("catalog");
    TestHead toRedis = TestHead.get("http://redis/").with("host", "catalog");
    assertThat(outcome(decide(snapshot, toRedis))).isEqualTo("tcp redis");
  }

  @ParameterizedTest
  @CsvSource({
    "catalog, http://catalog/, EXCLUDED",
    "*.example.com, https://pay.example.com/, EXCLUDED",
    ":80, http://catalog/, EXCLUDED",
    ":81, http://catalog/, catalog",
    "10.96.0.0/16, http://10.96.0.9/, EXCLUDED",
    "10.96.0.0/16, http://catalog/, catalog",
    "10.97.0.0/16, http://10.96.0.9/, catalog",
  })
  void exclusions(String rule, String url, String expected) {
    MeshSnapshot snapshot =
        shop("REGISTRY_ONLY").captureRules(CaptureRules.of(List.of(rule))).build();
    assertThat(outcome(decide(snapshot, TestHead.get(url)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "http://[2001:db8::5]/, tcp six",
    "http://[2001:db8:0:0::5]/, tcp six",
    "http://[2001:db8::6]/, NO_LISTENER",
    "http://[2001:db8::5]:81/, NO_LISTENER",
  })
  void ipv6DestinationsAreComparedAsAddresses(String url, String expected) {
    Listener six =
        new Listener(
            "2001:db8::5_80",
            "2001:db8::5",
            80,
            Listener.Direction.OUTBOUND,
            List.of(Mesh.tcp("six", "six")),
            null);
    MeshSnapshot snapshot =
        MeshSnapshot.builder().listener(six).cluster(cluster("six", "10.0.0.1:80")).build();
    assertThat(outcome(decide(snapshot, TestHead.get(url)))).isEqualTo(expected);
  }

  @Test
  void anEmptySnapshotKnowsNothing() {
    assertThat(outcome(decide(MeshSnapshot.builder().build(), TestHead.get("http://a/"))))
        .isEqualTo("NO_LISTENER");
  }

  @Test
  void theFirstRouteThatMatchesWins() {
    RouteMatch beta =
        new RouteMatch(
            new PathMatcher.Prefix("/a", true),
            List.of(HeaderMatcher.of("x-user", new StringMatcher.Exact("beta", false))));
    MeshSnapshot snapshot =
        port80(
                host(
                    "h",
                    route("beta", beta, RouteAction.Forward.to("beta").build()),
                    route("a", "/a", "a"),
                    route("ab", "/ab", "ab")))
            .cluster(cluster("beta", "1.1.1.1:1"))
            .cluster(cluster("a", "1.1.1.1:1"))
            .cluster(cluster("ab", "1.1.1.1:1"))
            .build();
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/ab")))).isEqualTo("a");
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/ab").with("x-user", "beta"))))
        .isEqualTo("beta");
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/b"))))
        .isEqualTo("404 NR route_not_found");
    assertThat(outcome(decide(snapshot, TestHead.get("http://other/"))))
        .isEqualTo("404 NR route_not_found");
  }

  @ParameterizedTest
  @CsvSource({
    "1, NONE, one",
    "2, NONE, two",
    "3, NONE, default",
    "NONE, 1, other",
    "3, 1, other",
    "NONE, NONE, default"
  })
  void routesThatAskForTheSameHeaderEachJudgeIt(String user, String group, String expected) {
    MeshSnapshot snapshot =
        port80(
                host(
                    "h",
                    byHeader("one", "x-user", "1"),
                    byHeader("two", "X-User", "2"),
                    byHeader("other", "x-group", "1"),
                    byHeader("two", "x-user", "2"),
                    route("default", "/", "default")))
            .cluster(cluster("one", "1.1.1.1:1"))
            .cluster(cluster("two", "1.1.1.1:1"))
            .cluster(cluster("other", "1.1.1.1:1"))
            .cluster(cluster("default", "1.1.1.1:1"))
            .build();
    TestHead head = TestHead.get("http://h/");
    if (!user.equals("NONE")) {
      head.with("x-user", user);
    }
    if (!group.equals("NONE")) {
      head.with("x-group", group);
    }
    assertThat(outcome(decide(snapshot, head))).isEqualTo(expected);
  }

  private static Route byHeader(String cluster, String name, String value) {
    return route(
        cluster,
        new RouteMatch(
            new PathMatcher.Prefix("/", true),
            List.of(HeaderMatcher.of(name, new StringMatcher.Exact(value, false)))),
        RouteAction.Forward.to(cluster).build());
  }

  @ParameterizedTest
  @CsvSource({"0, a", "9, a", "10, b", "39, b", "40, c", "99, c", "100, a", "-1, b"})
  void weightsAreHalfOpenIntervals(long random, String expected) {
    ClusterSpecifier weighted =
        new ClusterSpecifier.Weighted(
            List.of(
                new WeightedCluster("a", 10),
                new WeightedCluster("never", 0),
                new WeightedCluster("b", 30),
                new WeightedCluster("c", 60)));
    MeshSnapshot snapshot =
        port80(host("h", route("r", ANY_PATH, RouteAction.Forward.to(weighted).build())))
            .cluster(cluster("a", "1.1.1.1:1"))
            .cluster(cluster("b", "1.1.1.1:1"))
            .cluster(cluster("c", "1.1.1.1:1"))
            .build();
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/"), random))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, a", "9, a", "10, b", "99, b", "100, a", "101, a", "x, b", "NONE, b"})
  void aHeaderMayStandForTheRandomNumber(String value, String expected) {
    ClusterSpecifier weighted =
        new ClusterSpecifier.Weighted(
            List.of(new WeightedCluster("a", 10), new WeightedCluster("b", 90)), "x-n", false);
    MeshSnapshot snapshot =
        port80(host("h", route("r", ANY_PATH, RouteAction.Forward.to(weighted).build())))
            .cluster(cluster("a", "1.1.1.1:1"))
            .cluster(cluster("b", "1.1.1.1:1"))
            .build();
    TestHead head = TestHead.get("http://h/");
    if (!value.equals("NONE")) {
      head.with("x-n", value);
    }
    assertThat(outcome(decide(snapshot, head, 50))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"503", "404", "500"})
  void aClusterThatDoesNotExistIsNc(int status) {
    MeshSnapshot snapshot =
        port80(
                host(
                    "h",
                    route(
                        "r",
                        ANY_PATH,
                        RouteAction.Forward.to(new ClusterSpecifier.FromHeader("x-cluster"))
                            .clusterNotFoundStatus(status)
                            .build())))
            .cluster(cluster("a", "1.1.1.1:1"))
            .build();
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/").with("x-cluster", "a"))))
        .isEqualTo("a");
    String notFound = status + " NC cluster_not_found";
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/").with("x-cluster", "b"))))
        .isEqualTo(notFound);
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/")))).isEqualTo(notFound);
  }

  @Test
  void endpointsThatAreNotKnownAreWaitedFor() {
    ClusterState state = ClusterState.create(Cluster.builder("a", Cluster.Type.EDS).build(), 0);
    MeshSnapshot snapshot = port80(host("h", route("r", "/", "a"))).cluster(state).build();
    Decision decision = decide(snapshot, TestHead.get("http://h/"));
    assertThat(decision).isInstanceOf(Decision.Pending.class);
    Decision.Pending pending = (Decision.Pending) decision;
    assertThat(pending.need()).isEqualTo(new Decision.Need.Endpoints("a"));
    assertThat(pending.otherwise().status()).isEqualTo(503);
    assertThat(pending.otherwise().flagText()).isEqualTo("UH");
    assertThat(pending.otherwise().details()).contains("_a_");
    assertThat(pending.otherwise().body()).isEqualTo("no healthy upstream");
    assertThat(pending.otherwise().header("server")).isEqualTo("envoy");
  }

  /** A headless service whose pods all speak mutual TLS, as istiod describes it. */
  private static ClusterState headless() {
    return ClusterState.create(
        Cluster.builder("pods", Cluster.Type.ORIGINAL_DST)
            .transportSecurity(new TransportSecurity(List.of(), Mesh.MESH_TLS))
            .build(),
        0);
  }

  @Test
  void aNameWhoseAddressTlsNeedsIsWaitedFor() {
    ClusterState pods = headless();
    MeshSnapshot snapshot = port80(host("*", route("r", "/", "pods"))).cluster(pods).build();

    Decision.Pending pending = (Decision.Pending) decide(snapshot, TestHead.get("http://pod-0/"));

    assertThat(pending.need()).isEqualTo(new Decision.Need.Address("pods", "pod-0"));
    assertThat(pending.otherwise().flagText()).isEqualTo("UH");
    assertThat(pending.otherwise().details()).contains("the_address_of_pod-0");
    assertThat(pending.after(decide(snapshot, TestHead.get("http://pod-0/"))))
        .isEqualTo(pending.otherwise());
    assertThat(pending.after(decide(snapshot, TestHead.get("http://pod-1/"))))
        .isInstanceOf(Decision.Pending.class);
    pods.resolved("pod-0", List.of("10.0.0.7"));
    assertThat(firstHost(snapshot, "http://pod-0/")).isEqualTo("10.0.0.7:80");
  }

  @Test
  void anAddressOfTheNameTableOrALiteralIsNotWaitedFor() {
    NameTable names =
        NameTable.of(
            List.of(new NameTable.Entry("pod-0", List.of("10.0.0.8"), false, "", "")), "ns");
    MeshSnapshot snapshot =
        port80(host("*", route("r", "/", "pods"))).cluster(headless()).nameTable(names).build();

    assertThat(firstHost(snapshot, "http://pod-0/")).isEqualTo("10.0.0.8:80");
    assertThat(firstHost(snapshot, "http://10.0.0.9/")).isEqualTo("10.0.0.9:80");
    assertThat(firstHost(snapshot, "http://[2001:db8::9]/")).isEqualTo("[2001:db8::9]:80");
  }

  private static String firstHost(MeshSnapshot snapshot, String url) {
    TestHead head = TestHead.get(url);
    RouteDecision decision = (RouteDecision) decide(snapshot, head);
    return ((Step.Attempt) new RequestFlow(decision, head).begin(0)).host().toString();
  }

  @Test
  void bytesInClearMayGoUnderTlsOfTheMeshAndTlsOfTheAppMayNot() {
    Listener tcp =
        new Listener(
            "0.0.0.0_80",
            "0.0.0.0",
            80,
            Listener.Direction.OUTBOUND,
            List.of(Mesh.tcp("pods", "pods")),
            null);
    ClusterState pods = headless();
    MeshSnapshot snapshot = MeshSnapshot.builder().listener(tcp).cluster(pods).build();
    pods.resolved("pod-0", List.of("10.0.0.7"));

    assertThat(((Decision.TcpRoute) decide(snapshot, TestHead.get("http://pod-0/"))).pick(1))
        .hasToString("10.0.0.7:80");
    assertThat(((Decision.TcpRoute) decide(snapshot, TestHead.get("https://pod-0:80/"))).pick(1))
        .isNull();
    assertThat(decide(snapshot, TestHead.get("http://pod-1/")))
        .isInstanceOf(Decision.Pending.class);
  }

  @Test
  void aNeedThatIsNotMetAfterTheWaitIsAnswered() {
    LocalReply reply = Replies.endpointsUnknown(TestHead.get("http://h/"), "a");
    Decision.Pending pending = new Decision.Pending(new Decision.Need.Endpoints("a"), reply);
    Decision same = new Decision.Pending(new Decision.Need.Endpoints("a"), reply);
    Decision other = new Decision.Pending(new Decision.Need.Endpoints("b"), reply);
    Decision met = new Decision.Refusal("closed");

    assertThat(pending.after(same)).isEqualTo(reply);
    assertThat(pending.after(other)).isEqualTo(other);
    assertThat(pending.after(met)).isEqualTo(met);
  }

  @Test
  void whatIsNotSupportedIsContainedInItsRoute() {
    MeshSnapshot snapshot =
        port80(
                host(
                    "h",
                    route(
                        "odd",
                        new RouteMatch(new PathMatcher.Prefix("/odd", true)),
                        new RouteAction.Unsupported("route.internal_redirect_policy")),
                    route("r", "/", "a")))
            .cluster(cluster("a", "1.1.1.1:1"))
            .build();
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/odd"))))
        .isEqualTo("500 - unsupported{route.internal_redirect_policy}");
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/")))).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({
    "true, http://h/, 403 - unsupported{http_filters[0]}",
    "true, https://h:80/, Refusal",
    "false, http://h/, Refusal",
  })
  void aChainThatIsNotSupportedRefuses(boolean http, String url, String expected) {
    Listener listener =
        new Listener(
            "0.0.0.0_80",
            "0.0.0.0",
            80,
            Listener.Direction.OUTBOUND,
            List.of(),
            new FilterChain(
                "odd",
                FilterChainMatch.ANY,
                new FilterChainAction.Refuse("http_filters[0]", http)));
    MeshSnapshot snapshot = MeshSnapshot.builder().listener(listener).build();
    assertThat(outcome(decide(snapshot, TestHead.get(url)))).isEqualTo(expected);
  }

  @Test
  void runtimeFractionsTakeTheRequestsNumber() {
    RouteMatch half =
        new RouteMatch(
            new PathMatcher.Prefix("/", true),
            List.of(),
            List.of(),
            false,
            new FractionalPercent(50, 100));
    MeshSnapshot snapshot =
        port80(
                host(
                    "h",
                    route("half", half, RouteAction.Forward.to("a").build()),
                    route("r", "/", "b")))
            .cluster(cluster("a", "1.1.1.1:1"))
            .cluster(cluster("b", "1.1.1.1:1"))
            .build();
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/"), 49))).isEqualTo("a");
    assertThat(outcome(decide(snapshot, TestHead.get("http://h/"), 50))).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, a", "application/grpc+proto, a", "application/grpc-web, b",
    "application/grpc;charset=utf-8, b", "text/plain, b", "NONE, b"
  })
  void grpcRoutes(String contentType, String expected) {
    RouteMatch grpc =
        new RouteMatch(new PathMatcher.Prefix("/", true), List.of(), List.of(), true, null);
    MeshSnapshot snapshot =
        port80(
                host(
                    "h",
                    route("grpc", grpc, RouteAction.Forward.to("a").build()),
                    route("r", "/", "b")))
            .cluster(cluster("a", "1.1.1.1:1"))
            .cluster(cluster("b", "1.1.1.1:1"))
            .build();
    TestHead head = TestHead.of("POST", "http://h/");
    if (!contentType.equals("NONE")) {
      head.with("content-type", contentType);
    }
    assertThat(outcome(decide(snapshot, head))).isEqualTo(expected);
  }

  @Test
  void pathsAreNormalisedBeforeRouting() {
    MeshSnapshot snapshot =
        port80(host("h", route("admin", "/admin", "a"), route("r", "/", "b")))
            .cluster(cluster("a", "1.1.1.1:1"))
            .cluster(cluster("b", "1.1.1.1:1"))
            .build();
    Decision decision = decide(snapshot, TestHead.get("http://h/x/../%61dmin/y?q=1"));
    assertThat(outcome(decision)).isEqualTo("a");
    assertThat(((RouteDecision) decision).normalizedPath()).isEqualTo("/admin/y");
  }

  @Test
  void everyStepLeavesATrace() {
    RouteMatch beta =
        new RouteMatch(
            new PathMatcher.Prefix("/", true),
            List.of(HeaderMatcher.of("x-user", new StringMatcher.Exact("beta", false))));
    MeshSnapshot snapshot =
        port80(
                host(
                    "h",
                    route("items", "/items", "a"),
                    route("beta", beta, RouteAction.Forward.to("a").build()),
                    route("default", "/", "a")))
            .cluster(cluster("a", "10.0.0.1:80", "10.0.0.2:80"))
            .build();
    Trace trace = Trace.recording();
    Decision traced = snapshot.route(TestHead.get("http://h/cart"), 0, 0, trace);
    assertThat(outcome(traced)).isEqualTo("a");
    assertThat(trace.entries())
        .extracting(Trace.Entry::kind, Trace.Entry::name, Trace.Entry::outcome)
        .contains(
            tuple("listener", "0.0.0.0_80", "matched"),
            tuple("filter chain", "http", "matched"),
            tuple("virtual host", "h", "matched h"),
            tuple("route", "items", "failed: prefix /items"),
            tuple("route", "beta", "failed: header x-user exact beta"),
            tuple("route", "default", "matched"),
            tuple("cluster", "a", "2 hosts"),
            tuple("priority", "0", "100 % of the load"),
            tuple("endpoint", "10.0.0.1:80", "healthy"));
    assertThat(trace.toText()).contains("endpoint", "10.0.0.2:80", "weight=1");
    assertThat(trace.toMaps()).hasSameSizeAs(trace.entries());
  }
}
