package io.inmesh.engine;

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
import io.inmesh.engine.cluster.TransportSecurity;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.listener.NetworkFilter;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.MirrorPolicy;
import io.inmesh.engine.route.PathRewrite;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.route.VirtualHost;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which routes a call takes that the app makes over https, and where it goes. */
class HttpsRoutesTest {
  private List<NetworkFilter> l4 = List.of();
  private ClusterState secured = cluster("outbound|443||a", "10.0.0.3:8443");

  /**
   * Service a with HTTP ports 80 and 8080 and a TLS port 443, service b with an HTTP port alone.
   */
  private MeshSnapshot.Builder mesh(Route... routes) {
    return MeshSnapshot.builder()
        .listener(Mesh.httpListener(8080))
        .listener(Mesh.httpListener(80))
        .listener(byName())
        .listener(Mesh.virtualOutbound("PassthroughCluster"))
        .routeTable(
            Mesh.table("80", host("a", routes), host("*", route("all", "/", "PassthroughCluster"))))
        .routeTable(Mesh.table("8080", host("a", route("high", "/", "outbound|8080||a"))))
        .cluster(cluster("outbound|80||a", "10.0.0.1:80"))
        .cluster(cluster("outbound|80|v2|a", "10.0.0.2:80"))
        .cluster(cluster("outbound|8080||a", "10.0.0.1:8080"))
        .cluster(cluster("outbound|80||b", "10.0.0.9:80"))
        .cluster(secured)
        .cluster(cluster("outbound|443|v2|a", "10.0.0.4:8443"));
  }

  private Listener byName() {
    FilterChain chain =
        new FilterChain(
            "by name",
            FilterChainMatch.ofServerNames(List.of("a")),
            l4,
            new FilterChainAction.TcpProxy(new ClusterSpecifier.Single("outbound|443||a")),
            Optional.empty());
    return new Listener(
        "0.0.0.0_443",
        "0.0.0.0",
        443,
        Listener.Direction.OUTBOUND,
        List.of(chain),
        Mesh.tcp("rest", "PassthroughCluster"));
  }

  private MeshSnapshot named(Route... routes) {
    return mesh(routes).httpsHosts(HttpsHosts.parse("a,unknown")).build();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a/, outbound|443||a",
    "https://A/, outbound|443||a",
    "https://a/v2/items, outbound|443|v2|a",
    "https://a/b, 503 NC cluster_not_found{outbound|443||b}",
    "https://a:8443/, 503 NC cluster_not_found{outbound|8443||a}",
    "http://a/v2/items, outbound|80|v2|a",
    "https://unknown/, PASSTHROUGH_CLUSTER",
    "https://b/, PASSTHROUGH_CLUSTER",
  })
  void theVirtualHostChoosesAndThePortThatIsCalledSaysWhichCluster(String url, String expected) {
    MeshSnapshot snapshot =
        named(
            route("b", "/b", "outbound|80||b"),
            route("v2", "/v2", "outbound|80|v2|a"),
            route("rest", "/", "outbound|80||a"));

    assertThat(outcome(decide(snapshot, TestHead.get(url)))).isEqualTo(expected);
  }

  @Test
  void aHostThatIsNotNamedGoesByItsServerNameAlone() {
    MeshSnapshot snapshot = mesh(route("v2", "/", "outbound|80|v2|a")).build();

    assertThat(outcome(decide(snapshot, TestHead.get("https://a/"))))
        .isEqualTo("tcp outbound|443||a");
  }

  @Test
  void theVirtualHostIsThatOfTheHostCalledWhateverTheHostHeaderSays() {
    MeshSnapshot snapshot = named(route("rest", "/", "outbound|80||a"));
    TestHead fronted = TestHead.get("https://a/").with("host", "elsewhere");

    assertThat(outcome(decide(snapshot, fronted))).isEqualTo("outbound|443||a");
  }

  @Test
  void aMissingClusterIsNamedInTheAnswer() {
    LocalReply reply =
        (LocalReply)
            decide(named(route("b", "/", "outbound|80||b")), TestHead.get("https://a/items"));

    assertThat(reply.body()).contains("outbound|443||b");
  }

  @Test
  void aDirectResponseAndARedirectAreThoseOfTheVirtualHost() {
    MeshSnapshot snapshot =
        named(
            route("teapot", prefix("/teapot"), new RouteAction.DirectResponse(418, "short")),
            route("moved", prefix("/old"), redirect()));

    assertThat(outcome(decide(snapshot, TestHead.get("https://a/teapot"))))
        .isEqualTo("418 - direct_response");
    LocalReply moved = (LocalReply) decide(snapshot, TestHead.get("https://a/old"));
    assertThat(moved.header("location")).isEqualTo("https://a/new");
  }

  private static RouteMatch prefix(String prefix) {
    return new RouteMatch(new PathMatcher.Prefix(prefix, true));
  }

  private static RouteAction redirect() {
    return new RouteAction.Redirect(301, null, null, 0, "/new", new PathRewrite.None(), false);
  }

  @Test
  void l4PolicyOfTheServerNamesChainComesFirst() {
    RbacFilter nobody = RbacFilter.of(new Rbac(Rbac.Action.ALLOW, Map.of()));
    l4 = List.of(new NetworkFilter.Rbac("rbac", nobody));

    assertThat(decide(named(route("rest", "/", "outbound|80||a")), TestHead.get("https://a/")))
        .isInstanceOf(Decision.Refusal.class);
  }

  @Test
  void whatIsExcludedStaysAlone() {
    MeshSnapshot snapshot =
        mesh(route("rest", "/", "outbound|80||a"))
            .httpsHosts(HttpsHosts.parse("a"))
            .captureRules(CaptureRules.of(List.of("a")))
            .build();

    assertThat(outcome(decide(snapshot, TestHead.get("https://a/")))).isEqualTo("EXCLUDED");
  }

  @Test
  void theProtocolThatIsForwardedIsTheAppsScheme() {
    TestHead head = TestHead.get("https://a/");
    RequestFlow flow = flow(head);

    assertThat(flow.begin(0)).isInstanceOf(Step.Attempt.class);
    flow.editRequest(head, 0);
    assertThat(head.header("x-forwarded-proto")).isEqualTo("https");
  }

  @Test
  void aHostThatRequiresTlsOfTheMeshIsNotCalled() {
    secured =
        cluster(
            Cluster.builder("outbound|443||a", Cluster.Type.EDS)
                .transportSecurity(new TransportSecurity(List.of(), Mesh.MESH_TLS)),
            "10.0.0.3:8443");

    Step step = flow(TestHead.get("https://a/")).begin(0);
    assertThat(step).isInstanceOf(Step.Reply.class);
    LocalReply reply = ((Step.Reply) step).reply();
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.body()).contains("requires TLS of the mesh");
  }

  private RequestFlow flow(TestHead head) {
    Decision decision = decide(named(route("rest", "/", "outbound|80||a")), head);
    return new RequestFlow((RouteDecision) decision, head);
  }

  @Test
  void noCopyIsSentSinceNobodyCouldEncryptItAsTheAppDoes() {
    RouteAction mirrored =
        RouteAction.Forward.to("outbound|80||a")
            .mirrors(List.of(new MirrorPolicy("outbound|80||b", FractionalPercent.ALL, true)))
            .build();
    MeshSnapshot snapshot = named(route("copied", prefix("/"), mirrored));

    assertThat(isMirrored(snapshot, TestHead.get("http://a/"))).isTrue();
    assertThat(isMirrored(snapshot, TestHead.get("https://a/"))).isFalse();
  }

  private static boolean isMirrored(MeshSnapshot snapshot, TestHead head) {
    return new RequestFlow((RouteDecision) decide(snapshot, head), head).isMirrored();
  }

  @Test
  void endpointsThatAreNotKnownAreThoseOfThePortThatIsCalled() {
    secured = ClusterState.create(Cluster.builder("outbound|443||a", Cluster.Type.EDS).build(), 0);
    Decision decision =
        decide(named(route("rest", "/", "outbound|80||a")), TestHead.get("https://a/"));

    assertThat(((Decision.Pending) decision).need())
        .isEqualTo(new Decision.Need.Endpoints("outbound|443||a"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "https://a/b; https-routes | a | the routes of its HTTP port 80 decide",
        "https://a/b; route | b | matched",
        "https://a/b; cluster | outbound|443||b | no such cluster: 503 NC",
        "https://a/; decision | rest | forwarded to outbound|443||a",
        "https://unknown/; https-routes | unknown | no HTTP port has a virtual host for it",
      })
  void aTraceSaysThatTheSettingChose(String url, String expected) {
    Trace trace = Trace.recording();
    Decision unused =
        named(route("b", "/b", "outbound|80||b"), route("rest", "/", "outbound|80||a"))
            .route(TestHead.get(url), 0, 0, trace);

    assertThat(trace.entries().stream().map(e -> e.kind() + " | " + e.name() + " | " + e.outcome()))
        .contains(expected);
  }

  @Test
  void aVirtualHostOfAnyNameIsNobodysOwn() {
    VirtualHost any = host("*", route("all", "/", "outbound|80||a"));
    MeshSnapshot snapshot =
        mesh().routeTable(Mesh.table("80", any)).httpsHosts(HttpsHosts.parse("a")).build();

    assertThat(trace(snapshot)).contains("the routes of its HTTP port 8080 decide");
  }

  private static String trace(MeshSnapshot snapshot) {
    Trace trace = Trace.recording();
    Decision unused = snapshot.route(TestHead.get("https://a/"), 0, 0, trace);
    return trace.toText();
  }
}
