package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainAction.HttpConnectionManager;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.route.RouteAction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every response has a date: its own, or that of the connection manager. */
class DateHeaderTest {
  private static final LocalReply.Header DATE =
      new LocalReply.Header("date", "Thu, 01 Jan 1970 00:16:40 GMT");

  private final FlowFixture fixture = new FlowFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1994-11-06T08:49:37Z     | Sun, 06 Nov 1994 08:49:37 GMT",
        "2026-12-31T23:59:59.999Z | Thu, 31 Dec 2026 23:59:59 GMT",
        "2028-02-29T00:00:00Z     | Tue, 29 Feb 2028 00:00:00 GMT"
      })
  void isWrittenAsHttpHasIt(String now, String date) {
    assertThat(new DateHeader(InstantSource.fixed(Instant.parse(now))).value()).isEqualTo(date);
  }

  @Test
  void isWrittenOnceASecond() {
    long[] millis = {1_999};
    DateHeader date = new DateHeader(() -> Instant.ofEpochMilli(millis[0]));
    String first = date.value();
    millis[0] = 1_000;
    assertThat(date.value()).isSameAs(first).isEqualTo("Thu, 01 Jan 1970 00:00:01 GMT");
    millis[0] = 2_000;
    assertThat(date.value()).isEqualTo("Thu, 01 Jan 1970 00:00:02 GMT");
  }

  @Test
  void isAddedToAForwardedResponseThatHasNone() {
    fixture.action = RouteAction.Forward.to(new ClusterSpecifier.Single("c")).build();
    TestHead request = TestHead.get("http://h/");
    RequestFlow flow = fixture.flow(request);
    flow.begin(0);
    flow.onResponse(200, name -> null, 0);
    TestHead dated = TestHead.get("http://h/").with("date", "yesterday");
    flow.editResponse(200, dated, 0);
    assertThat(dated.header("date")).isEqualTo("yesterday");
    TestHead undated = TestHead.get("http://h/");
    flow.editResponse(200, undated, 0);
    assertThat(undated.header("date")).isEqualTo("Thu, 01 Jan 1970 00:16:40 GMT");
  }

  @Test
  void isAddedToWhatTheMeshItselfAnswers() {
    fixture.action = new RouteAction.DirectResponse(200, "text");
    LocalReply reply = (LocalReply) fixture.decide(TestHead.get("http://h/"));
    assertThat(reply.header("date")).isEqualTo("Thu, 01 Jan 1970 00:16:40 GMT");
  }

  @Test
  void isAddedToTheAnswerWhereAWaitHasEndedInVain() {
    MeshSnapshot snapshot =
        mesh()
            .listener(listener(Mesh.tcp("bytes", "later")))
            .cluster(ClusterState.create(Cluster.builder("later", Cluster.Type.EDS).build(), 0))
            .build();
    Decision.Pending pending = (Decision.Pending) Mesh.decide(snapshot, TestHead.get("http://h/"));
    assertThat(pending.otherwise().header("date")).isEqualTo("Thu, 01 Jan 1970 00:16:40 GMT");
    assertThat(pending.otherwise().header("server")).isNull();
  }

  @Test
  void isAddedToTheAnswerOfAChainThatIsRefused() {
    FilterChain refused = chain(new FilterChainAction.Refuse("http_filters[0]", true));
    LocalReply reply =
        (LocalReply)
            Mesh.decide(mesh().listener(listener(refused)).build(), TestHead.get("http://h/"));
    assertThat(reply.header("date")).isEqualTo("Thu, 01 Jan 1970 00:16:40 GMT");
    assertThat(reply.header("server")).isNull();
  }

  @Test
  void isAddedToWhatIsAnsweredPastTheFilters() {
    LocalReply reply =
        new LocalReply(403, "", List.of(), Set.of(), "denied", LocalReply.Cause.NONE);
    FilterChain http = chain(HttpConnectionManager.named("80"));
    FilterChain bytes = Mesh.tcp("bytes", "c");
    assertThat(mesh().build().finished(http, reply).headers())
        .containsExactly(new LocalReply.Header("server", "envoy"), DATE);
    assertThat(mesh().build().finished(bytes, reply).headers()).containsExactly(DATE);
    assertThat(mesh().build().finished(null, reply).headers()).containsExactly(DATE);
  }

  private MeshSnapshot.Builder mesh() {
    return MeshSnapshot.builder().wallClock(fixture.wallClock);
  }

  private static Listener listener(FilterChain chain) {
    return new Listener(
        "0.0.0.0_80", "0.0.0.0", 80, Listener.Direction.OUTBOUND, List.of(chain), null);
  }

  private static FilterChain chain(FilterChainAction action) {
    return new FilterChain("chain", FilterChainMatch.ANY, action);
  }
}
