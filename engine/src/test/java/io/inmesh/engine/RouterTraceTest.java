package io.inmesh.engine;

import static io.inmesh.engine.Mesh.cluster;
import static io.inmesh.engine.Mesh.host;
import static io.inmesh.engine.Mesh.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.RouteAction;
import io.inmesh.engine.route.RouteMatch;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of each step of a decision. */
class RouterTraceTest {
  private static final RouteMatch PICKY =
      new RouteMatch(
          new PathMatcher.Prefix("/picky", true),
          List.of(
              HeaderMatcher.of("x-a", new StringMatcher.Exact("1", false)),
              HeaderMatcher.of("x-b", new StringMatcher.Exact("2", false))),
          List.of(
              new QueryParameterMatcher("q", new StringMatcher.Exact("3", false), true),
              new QueryParameterMatcher("r", new StringMatcher.Exact("4", false), true)),
          true,
          new FractionalPercent(50, 100));

  private static MeshSnapshot snapshot() {
    Listener names =
        new Listener(
            "0.0.0.0_443",
            "0.0.0.0",
            443,
            Listener.Direction.OUTBOUND,
            List.of(
                new FilterChain(
                    "pay",
                    FilterChainMatch.ofServerNames(List.of("pay.example.com")),
                    new FilterChainAction.TcpProxy(new ClusterSpecifier.Single("pay"))),
                Mesh.tcp("rest", "nobody")),
            null);
    Listener refusing =
        new Listener(
            "0.0.0.0_81",
            "0.0.0.0",
            81,
            Listener.Direction.OUTBOUND,
            List.of(
                new FilterChain(
                    "odd",
                    FilterChainMatch.ANY,
                    new FilterChainAction.Refuse("a filter nobody knows", true))),
            null);
    return Mesh.port80(
            host(
                "h",
                route("picky", PICKY, RouteAction.Forward.to("a").build()),
                route("absent", "/absent", "gone"),
                route("pending", "/pending", "later"),
                route("through", "/through", "PassthroughCluster"),
                route("items", "/items", "a")))
        .listener(names)
        .listener(refusing)
        .cluster(cluster("a", "10.0.0.1:80"))
        .cluster(cluster("pay", "10.0.0.3:443"))
        .cluster(ClusterState.create(Cluster.builder("later", Cluster.Type.EDS).build(), 0))
        .captureRules(CaptureRules.of(List.of("left.out")))
        .build();
  }

  private static List<String> trace(RequestHead head, long random) {
    Trace trace = Trace.recording();
    snapshot().route(head, random, 0, trace);
    return trace.entries().stream()
        .map(entry -> entry.kind() + " | " + entry.name() + " | " + entry.outcome())
        .toList();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "http://127.0.0.1/; destination | 127.0.0.1 | a loopback literal is never captured",
        "http://left.out/; destination | left.out | excluded by exclude-outbound",
        "http://h/items; destination | h | port 80",
        "http://h/items; listener | 0.0.0.0_80 | matched",
        "http://h/items; filter chain | http | matched",
        "http://h/items; route table | 80 | 1 virtual hosts",
        "http://h/items; virtual host | h | matched h",
        "http://h/items; route | absent | failed: prefix /absent",
        "http://h/items; route | items | matched",
        "http://h/items; cluster | a | 1 hosts",
        "http://h/items; decision | items | forwarded to a",
        "http://h/absent; cluster | gone | no such cluster: 503 NC",
        "http://h/pending; cluster | later | its endpoints are not known yet",
        "http://h/through; decision | PassthroughCluster | passes through untouched",
        "http://h/none; decision | 404 | route_not_found",
        "http://other/; virtual host |  | no domain matches other",
        "http://other/; decision | 404 | route_not_found",
        "http://h:81/; decision | refused | unsupported: a filter nobody knows",
        "http://h:82/; listener | virtualOutbound | no listener is bound to this destination",
        "http://h:82/; decision | PassthroughCluster | passes through untouched",
        "https://pay.example.com/; decision | pay | its bytes go to this cluster",
        "https://pay.example.com/; cluster | pay | 1 hosts",
        "https://h/; decision | nobody | no such cluster: closed",
      })
  void steps(String url, String expected) {
    assertThat(trace(TestHead.get(url), 0)).contains(expected);
  }

  @ParameterizedTest(name = "{0} {1} {2}, random {3}: {4}")
  @CsvSource(
      delimiter = ';',
      value = {
        "2; 3; 4; 0; matched",
        "2; 3; 4; 49; matched",
        "2; 3; 4; 50; failed: runtime fraction 50.0 %",
        "9; 3; 4; 0; failed: header x-b exact 2",
        "2; 9; 4; 0; failed: query parameter q exact 3",
        "2; 3; 9; 0; failed: query parameter r exact 4",
      })
  void theConditionThatFailsIsNamed(String b, String q, String r, long random, String outcome) {
    TestHead head =
        TestHead.get("http://h/picky?q=" + q + "&r=" + r)
            .with("x-a", "1")
            .with("x-b", b)
            .with("content-type", "application/grpc");

    assertThat(trace(head, random)).contains("route | picky | " + outcome);
  }

  @Test
  void aRequestThatIsNotGrpcIsToldSo() {
    TestHead head = TestHead.get("http://h/picky?q=3&r=4").with("x-a", "1").with("x-b", "2");

    assertThat(trace(head, 0)).contains("route | picky | failed: grpc");
  }

  @Test
  void withoutAListenerThereIsNothingToAsk() {
    Trace trace = Trace.recording();
    MeshSnapshot.builder().build().route(TestHead.get("http://h/"), 0, 0, trace);

    assertThat(trace.toText())
        .contains("destination   h  port 80  ip=not known")
        .contains("no listener for this destination, and no virtualOutbound");
  }
}
