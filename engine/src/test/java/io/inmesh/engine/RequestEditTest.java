package io.inmesh.engine;

import static io.inmesh.engine.Mesh.cluster;
import static io.inmesh.engine.Mesh.decide;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.Endpoint;
import io.inmesh.engine.cluster.HealthStatus;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.match.CompiledRegex;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.ClusterSpecifier.WeightedCluster;
import io.inmesh.engine.route.FilterOverrides;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.HeaderMutations.Add;
import io.inmesh.engine.route.HeaderMutations.AppendAction;
import io.inmesh.engine.route.HostRewrite;
import io.inmesh.engine.route.PathRewrite;
import io.inmesh.engine.route.RetryPolicy;
import io.inmesh.engine.route.Route;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.route.RouteTable;
import io.inmesh.engine.route.RouteTimeouts;
import io.inmesh.engine.route.VirtualHost;
import io.inmesh.engine.route.VirtualHost.TlsRequirement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestEditTest {
  private static final HeaderMutations NONE = HeaderMutations.NONE;

  private static HeaderMutations add(AppendAction action, String... nameAndValue) {
    return new HeaderMutations(
        List.of(Add.of(nameAndValue[0], nameAndValue[1], action)), List.of());
  }

  private static RequestFlow flow(
      TestHead head, RouteMatch match, RouteAction.Forward action, HeaderMutations... levels) {
    return flow(head, match, action, false, levels);
  }

  /** Levels: route, virtual host, table. */
  private static RequestFlow flow(
      TestHead head,
      RouteMatch match,
      RouteAction.Forward action,
      boolean mostSpecificWins,
      HeaderMutations... levels) {
    HeaderMutations[] all = Arrays.copyOf(levels, 3);
    for (int i = 0; i < 3; i++) {
      all[i] = all[i] == null ? NONE : all[i];
    }
    Route route = new Route("r", match, action, all[0], all[0], FilterOverrides.NONE, "", null);
    VirtualHost host =
        new VirtualHost(
            "h",
            List.of("*"),
            List.of(route),
            all[1],
            all[1],
            TlsRequirement.NONE,
            VirtualHost.Options.attemptCount(true, null),
            FilterOverrides.NONE);
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(Mesh.httpListener(80))
            .routeTable(new RouteTable("80", List.of(host), true, mostSpecificWins, all[2], all[2]))
            .cluster(cluster("c", "10.0.0.1:8080"))
            .cluster(cluster("d", "10.0.0.2:8080"))
            .identity(new SidecarIdentity("sidecar~10.0.0.9~app.ns~ns.svc", "cGVlcg==", "10.0.0.9"))
            .build();
    RequestFlow flow = new RequestFlow((RouteDecision) decide(snapshot, head), head);
    flow.begin(0);
    return flow;
  }

  private static TestHead edited(TestHead head, RequestFlow flow) {
    flow.editRequest(head, 0);
    return head;
  }

  private static RouteAction.Forward.Builder toC() {
    return RouteAction.Forward.to("c").timeouts(RouteTimeouts.NONE);
  }

  @Test
  void theSidecarsHeadersGoOut() {
    TestHead head = TestHead.get("http://h/").with("x-envoy-retry-on", "5xx");
    edited(head, flow(head, Mesh.ANY_PATH, toC().decoratorOperation("c:80/*").build()));
    assertThat(head.header("x-forwarded-proto")).isEqualTo("http");
    assertThat(head.header("x-envoy-attempt-count")).isEqualTo("1");
    assertThat(head.header("x-request-id"))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(head.header("x-envoy-retry-on")).as("from an untrusted caller").isNull();
    assertThat(head.header("x-envoy-expected-rq-timeout-ms")).isNull();
    assertThat(head.path()).isEqualTo("/");
    assertThat(head.authority()).isEqualTo("h");
  }

  @Test
  void aCertificateThatTheAppClaimsToForwardStaysBehind() {
    TestHead head =
        TestHead.get("http://h/").with("x-forwarded-client-cert", "URI=spiffe://a/forged");
    edited(head, flow(head, Mesh.ANY_PATH, toC().build()));
    assertThat(head.header("x-forwarded-client-cert")).isNull();
  }

  private static Endpoint endpoint(String workload, Map<String, String> transportLabels) {
    return new Endpoint("10.0.0.1", 80, "", HealthStatus.UNKNOWN, 1, transportLabels, workload);
  }

  private static TestHead toEndpoint(Endpoint endpoint, boolean tracing) {
    TestHead head = TestHead.get("http://h/");
    return edited(head, flow(head, endpoint, tracing, false));
  }

  private static RequestFlow flow(
      TestHead head, Endpoint endpoint, boolean tracing, boolean ingress) {
    HttpConnectionManager plain = HttpConnectionManager.named("80");
    HttpConnectionManager manager =
        new HttpConnectionManager(
            plain.routes(),
            plain.pathNormalization(),
            plain.filters(),
            plain.trust(),
            plain.serverHeader(),
            plain.router(),
            plain.streamIdleTimeout(),
            plain.maxStreamDuration(),
            plain.bufferLimit(),
            plain.generateRequestId(),
            plain.hostStripping(),
            ingress,
            plain.clientCert(),
            tracing);
    RouteAction.Forward action = toC().decoratorOperation("c:80/*").build();
    Route route = new Route("r", Mesh.ANY_PATH, action);
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(Mesh.httpListener(80, manager))
            .routeTable(Mesh.table("80", Mesh.host("*", route)))
            .cluster(cluster("c", endpoint))
            .identity(new SidecarIdentity("sidecar~10.0.0.9~app.ns~ns.svc", "cGVlcg==", "10.0.0.9"))
            .build();
    RequestFlow flow = new RequestFlow((RouteDecision) decide(snapshot, head), head);
    flow.begin(0);
    return flow;
  }

  @Test
  void theSidecarOfAWorkloadIsToldWhoAsks() {
    for (Endpoint endpoint :
        List.of(
            endpoint("app;ns;app;v1;Kubernetes", Map.of()),
            endpoint(";;;;Kubernetes", Map.of("tlsMode", "istio")))) {
      TestHead head = toEndpoint(endpoint, false);
      assertThat(head.header("x-envoy-peer-metadata-id"))
          .isEqualTo("sidecar~10.0.0.9~app.ns~ns.svc");
      assertThat(head.header("x-envoy-peer-metadata")).isEqualTo("cGVlcg==");
    }
  }

  @Test
  void whoHasNoSidecarThatTakesItOffIsNotTold() {
    for (Endpoint endpoint :
        List.of(endpoint("", Map.of()), endpoint(";;;v2;Kubernetes", Map.of("tlsMode", "own")))) {
      TestHead head = toEndpoint(endpoint, false);
      assertThat(head.header("x-envoy-peer-metadata-id")).isNull();
      assertThat(head.header("x-envoy-peer-metadata")).isNull();
    }
  }

  @Test
  void theNameOfAnOperationIsToldByAListenerThatTraces() {
    Endpoint any = new Endpoint("10.0.0.1", 80);
    assertThat(toEndpoint(any, true).header("x-envoy-decorator-operation")).isEqualTo("c:80/*");
    assertThat(toEndpoint(any, false).header("x-envoy-decorator-operation")).isNull();
  }

  @Test
  void anAnswerNamesTheOperationUnlessTheCallerHas() {
    assertThat(answer(true, TestHead.get("http://h/"))).isEqualTo("c:80/*");
    TestHead named = TestHead.get("http://h/").with("x-envoy-decorator-operation", "its:80/*");
    assertThat(answer(true, named)).isNull();
    assertThat(answer(false, TestHead.get("http://h/"))).as("without traces").isNull();
  }

  private static @Nullable String answer(boolean tracing, TestHead head) {
    RequestFlow flow = flow(head, new Endpoint("127.0.0.6", 80), tracing, true);
    edited(head, flow);
    assertThat(head.header("x-envoy-decorator-operation")).as("what the app gets").isNull();
    TestHead response = TestHead.get("http://response/");
    flow.onResponse(200, response::header, 0);
    flow.editResponse(200, response, 0);
    return response.header("x-envoy-decorator-operation");
  }

  @Test
  void whatTheAppHasSetStays() {
    TestHead head =
        TestHead.get("http://h/").with("x-request-id", "mine").with("x-forwarded-proto", "https");
    edited(head, flow(head, Mesh.ANY_PATH, toC().build()));
    assertThat(head.header("x-request-id")).isEqualTo("mine");
    assertThat(head.header("x-forwarded-proto")).isEqualTo("https");
  }

  @Test
  void whatIsSaidOfTheAppsOwnConnectionStopsButForAnUpgrade() {
    TestHead plain = TestHead.get("http://h/").with("connection", "keep-alive");
    TestHead upgrade =
        TestHead.get("http://h/").with("connection", "Upgrade").with("upgrade", "websocket");
    edited(plain, flow(plain, Mesh.ANY_PATH, toC().build()));
    edited(upgrade, flow(upgrade, Mesh.ANY_PATH, toC().build()));
    assertThat(plain.header("connection")).isNull();
    assertThat(upgrade.header("connection")).isEqualTo("Upgrade");
  }

  @ParameterizedTest(name = "timeout {0}, per try {1}, {2} ms gone: {3}")
  @CsvSource({
    "1000, 0, 0, 1000",
    "1000, 300, 0, 300",
    "0, 300, 0, 300",
    "1000, 300, 900, 100",
    "1000, 0, 2000, 1",
    "1000, 0, 400, 600"
  })
  void upstreamLearnsWhatToExpect(long timeout, long perTry, long gone, String expected) {
    TestHead head = TestHead.get("http://h/");
    RequestFlow flow =
        flow(
            head,
            Mesh.ANY_PATH,
            toC()
                .timeouts(RouteTimeouts.of(Duration.ofMillis(timeout)))
                .retryPolicy(
                    RetryPolicy.builder()
                        .retryOn("5xx")
                        .perTryTimeout(Duration.ofMillis(perTry))
                        .build())
                .build());
    flow.onRequestSent(0);
    if (gone > 0) {
      flow.onResponse(500, name -> null, 0);
      flow.onDelayElapsed(0);
    }
    flow.editRequest(head, Duration.ofMillis(gone).toNanos());
    assertThat(head.header("x-envoy-expected-rq-timeout-ms")).isEqualTo(expected);
    assertThat(head.header("x-envoy-attempt-count")).isEqualTo(gone > 0 ? "2" : "1");
  }

  @ParameterizedTest(name = "{0} {1} -> {2}: {3} becomes {4}")
  @CsvSource({
    "prefix, /api, /, /api/x?q=1, //x?q=1",
    "prefix, /api/, /, /api/x?q=1, /x?q=1",
    "prefix, /api, /v2, /api?q=1, /v2?q=1",
    "separated, /api, /v2, /api/x, /v2/x",
    "exact, /api, /v2, /api, /v2",
    "regex, /a.*, /v2, /abc/d, /v2",
  })
  void prefixRewrites(String kind, String value, String rewrite, String target, String expected) {
    PathMatcher matcher =
        switch (kind) {
          case "prefix" -> new PathMatcher.Prefix(value, true);
          case "separated" -> new PathMatcher.PathSeparatedPrefix(value, true);
          case "exact" -> new PathMatcher.Exact(value, true);
          default -> new PathMatcher.Regex(value);
        };
    TestHead head = TestHead.get("http://h" + target);
    RouteAction.Forward action = toC().pathRewrite(new PathRewrite.Prefix(rewrite)).build();
    edited(head, flow(head, new RouteMatch(matcher), action));
    assertThat(head.path()).isEqualTo(expected);
    assertThat(head.header("x-envoy-original-path")).isEqualTo(target);
  }

  @Test
  void regexRewrites() {
    TestHead head = TestHead.get("http://h/service/foo/v1/api?a=b");
    PathRewrite rewrite =
        new PathRewrite.Regex(new CompiledRegex("^/service/([^/]+)(/.*)$"), "\\2/instance/\\1");
    edited(head, flow(head, Mesh.ANY_PATH, toC().pathRewrite(rewrite).build()));
    assertThat(head.path()).isEqualTo("/v1/api/instance/foo?a=b");
  }

  @Test
  void normalisedPathsGoOutNormalised() {
    TestHead head = TestHead.get("http://h/a/../b?q=../x");
    edited(head, flow(head, Mesh.ANY_PATH, toC().build()));
    assertThat(head.path()).isEqualTo("/b?q=../x");
    assertThat(head.header("x-envoy-original-path")).isNull();
  }

  @Test
  void hostRewrites() {
    TestHead literal = TestHead.get("http://h/");
    edited(
        literal,
        flow(
            literal,
            Mesh.ANY_PATH,
            toC().hostRewrite(new HostRewrite.Literal("new")).appendXForwardedHost(true).build()));
    assertThat(literal.authority()).isEqualTo("new");
    assertThat(literal.header("x-envoy-original-host")).isEqualTo("h");
    assertThat(literal.header("x-forwarded-host")).isEqualTo("h");

    TestHead byHeader = TestHead.get("http://h/").with("x-to", "other");
    edited(
        byHeader,
        flow(byHeader, Mesh.ANY_PATH, toC().hostRewrite(new HostRewrite.Header("x-to")).build()));
    assertThat(byHeader.authority()).isEqualTo("other");

    TestHead missing = TestHead.get("http://h/");
    edited(
        missing,
        flow(missing, Mesh.ANY_PATH, toC().hostRewrite(new HostRewrite.Header("x-to")).build()));
    assertThat(missing.authority()).isEqualTo("h");
    assertThat(missing.header("x-envoy-original-host")).isNull();

    TestHead byPath = TestHead.get("http://h/tenant-a/x?q=1");
    HostRewrite regex =
        new HostRewrite.PathRegex(new CompiledRegex("^/([^/]+)/.*$"), "\\1.example");
    edited(byPath, flow(byPath, Mesh.ANY_PATH, toC().hostRewrite(regex).build()));
    assertThat(byPath.authority()).isEqualTo("tenant-a.example");
  }

  @Test
  void aWeightedClusterHasItsOwnMutations() {
    WeightedCluster only =
        new WeightedCluster(
            "d",
            null,
            1,
            add(AppendAction.OVERWRITE_IF_EXISTS_OR_ADD, "x-version", "%UPSTREAM_CLUSTER%"),
            add(AppendAction.OVERWRITE_IF_EXISTS_OR_ADD, "x-from", "d"),
            "d.example",
            FilterOverrides.NONE,
            null);
    TestHead head = TestHead.get("http://h/");
    RouteAction.Forward action =
        RouteAction.Forward.to(new ClusterSpecifier.Weighted(List.of(only))).build();
    RequestFlow flow = flow(head, Mesh.ANY_PATH, action);
    edited(head, flow);
    assertThat(head.header("x-version")).isEqualTo("d");
    assertThat(head.authority()).isEqualTo("d.example");
    TestHead response = TestHead.get("http://h/").with("x-envoy-peer-metadata", "theirs");
    flow.editResponse(200, response, 0);
    assertThat(response.header("x-from")).isEqualTo("d");
    assertThat(response.header("x-envoy-attempt-count")).isEqualTo("1");
    assertThat(response.header("x-envoy-peer-metadata")).isNull();
    assertThat(response.header("server")).isEqualTo("envoy");
  }

  @ParameterizedTest(name = "{0}, most specific wins: {1} -> {2}")
  @CsvSource({
    "OVERWRITE_IF_EXISTS_OR_ADD, false, table",
    "OVERWRITE_IF_EXISTS_OR_ADD, true, route",
    "ADD_IF_ABSENT, false, route",
    "ADD_IF_ABSENT, true, table",
    "'APPEND_IF_EXISTS_OR_ADD', false, 'route,host,table'",
    "'APPEND_IF_EXISTS_OR_ADD', true, 'table,host,route'",
    "OVERWRITE_IF_EXISTS, false, NONE",
  })
  void levelsInOrder(AppendAction action, boolean mostSpecificWins, String expected) {
    TestHead head = TestHead.get("http://h/");
    RequestFlow flow =
        flow(
            head,
            Mesh.ANY_PATH,
            toC().build(),
            mostSpecificWins,
            add(action, "x-level", "route"),
            add(action, "x-level", "host"),
            add(action, "x-level", "table"));
    edited(head, flow);
    String value = head.header("x-level");
    assertThat(value == null ? "NONE" : value).isEqualTo(expected);
  }

  @Test
  void removesComeBeforeAddsAndValuesSeeTheRequest() {
    TestHead head = TestHead.get("http://h/p").with("x-old", "1").with("x-keep", "2");
    HeaderMutations mutations =
        new HeaderMutations(
            List.of(
                Add.of("x-old", "new", AppendAction.ADD_IF_ABSENT),
                Add.of("x-empty", "%REQ(missing)%", AppendAction.APPEND_IF_EXISTS_OR_ADD),
                Add.of("x-keep", "3", AppendAction.APPEND_IF_EXISTS_OR_ADD),
                Add.of(
                    "x-all",
                    "%REQ(:path)% %ROUTE_NAME% %PROTOCOL% 100%%",
                    AppendAction.ADD_IF_ABSENT)),
            List.of("x-old"));
    edited(head, flow(head, Mesh.ANY_PATH, toC().build(), mutations));
    assertThat(head.header("x-old")).isEqualTo("new");
    assertThat(head.header("x-empty")).isNull();
    assertThat(head.values("x-keep")).containsExactly("2", "3");
    assertThat(head.header("x-all")).isEqualTo("/p r HTTP/1.1 100%");
  }
}
