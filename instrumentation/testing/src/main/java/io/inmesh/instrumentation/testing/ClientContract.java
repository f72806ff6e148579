package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientCall.Mode;
import io.inmesh.instrumentation.testing.Upstream.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every HTTP client module must do. A subclass names the library's {@link LibraryClient}, the
 * class path that holds one version of the library, and the JVM.
 *
 * <p>The checks read what services saw and what the app got, never the engine's counters.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class ClientContract extends IdleConnectionContract {
  private static final String CATALOG = "http://catalog:8080";

  private TestMesh mesh;
  private ForkedClient app;
  private Upstream v1;
  private Upstream v2;
  private Upstream reviews;

  /** The library under test. */
  protected abstract Class<? extends LibraryClient> client();

  /** The class path of the app. */
  protected String classPath() {
    return AppClassPath.ofTheTests();
  }

  /** The JVM of the app. */
  protected Path java() {
    return Jdks.running();
  }

  @Override
  protected final TestMesh mesh() {
    return mesh;
  }

  @Override
  protected final ForkedClient app() {
    return app;
  }

  @Override
  protected final ForkedClient another(String... settings) throws IOException {
    return mesh.app(java(), classPath(), client().getName(), settings);
  }

  @BeforeAll
  final void start() throws Exception {
    mesh = new TestMesh(TestMesh.repository());
    v1 = mesh.upstream("v1");
    v2 = mesh.upstream("v2");
    reviews = mesh.upstream("reviews");
    mesh.folder().service("catalog", v1, v2);
    mesh.folder().service("reviews", reviews);
    mesh.folder().service("beside", mesh.upstream("beside"));
    mesh.folder().subsets("catalog", "v1", "v2");
    mesh.folder().routes("catalog", ROUTES);
    app = another();
    await("routes are in force")
        .untilAsserted(
            () ->
                assertThat(app.send(ClientCall.get(CATALOG + "/teapot")).status()).isEqualTo(418));
  }

  @AfterAll
  final void stop() throws Exception {
    mesh.close();
  }

  @BeforeEach
  final void forget() {
    v1.reset();
    v2.reset();
    reviews.reset();
  }

  private static final String ROUTES =
      """
      - match: [{headers: {x-user: {prefix: beta-}}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v2}}]
      - match: [{uri: {exact: /teapot}}]
        directResponse: {status: 418, body: {string: short and stout}}
      - match: [{uri: {prefix: /old}}]
        redirect: {uri: /new, redirectCode: 308}
      - match: [{uri: {prefix: /new}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      - match: [{uri: {prefix: /api/}}]
        rewrite: {uri: /internal/, authority: inner.example}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        headers:
          request: {set: {x-added: by-mesh, x-app: changed}, remove: [x-secret]}
          response: {set: {x-mesh: response}, remove: [x-internal]}
      - match: [{uri: {prefix: /flaky}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        retries: {attempts: 3, retryOn: "5xx,reset,connect-failure", backoff: 1ms}
      - match: [{uri: {prefix: /slow}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        timeout: 0.3s
      - match: [{uri: {prefix: /patient}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        retries: {attempts: 2, perTryTimeout: 0.2s, retryOn: "5xx", backoff: 1ms}
      - match: [{uri: {prefix: /broken}}]
        fault: {abort: {percentage: {value: 100}, httpStatus: 555}}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      - match: [{uri: {prefix: /late}}]
        fault: {delay: {percentage: {value: 100}, fixedDelay: 0.2s}}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      - match: [{uri: {prefix: /nowhere}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v9}}]
      - match: [{uri: {prefix: /once}}]
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        retries: {attempts: 0}
      - match: [{uri: {prefix: /copied}}]
        mirrors: [{destination: {host: reviews.test.svc.cluster.local}, percentage: {value: 100}}]
        rewrite: {uri: /kept}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
        headers: {request: {set: {x-added: by-mesh}}}
      - match: [{uri: {prefix: /shared}}]
        corsPolicy: {allowOrigins: [{exact: "http://app.example"}], allowMethods: [PUT], exposeHeaders: [x-served-by]}
        route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      - match: [{uri: {prefix: /split}}]
        route:
        - {destination: {host: catalog.test.svc.cluster.local, subset: v1}, weight: 50}
        - {destination: {host: catalog.test.svc.cluster.local, subset: v2}, weight: 50}
        retries: {attempts: 3, retryOn: "5xx", backoff: 1ms}
      - route: [{destination: {host: catalog.test.svc.cluster.local, subset: v1}}]
      """;

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aNameThatOnlyTheMeshKnowsIsRoutedAndTheAppsViewStays(Mode mode) {
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/items?a=b%20c").in(mode));

    assertThat(answer.text()).isEqualTo("v1");
    assertThat(answer.uri()).isEqualTo(CATALOG + "/items?a=b%20c");
    assertThat(v1.seen()).hasSize(1);
    assertThat(v1.seen().get(0).target()).isEqualTo("/items?a=b%20c");
    assertThat(v1.seen().get(0).header("host")).isEqualTo("catalog:8080");
  }

  @Test
  void aHeaderOfTheRequestChoosesTheSubset() {
    ClientCall call = ClientCall.get(CATALOG + "/items").with("x-user", "beta-tester");

    assertThat(app.send(call).text()).isEqualTo("v2");
  }

  @Test
  void theWireCarriesWhatASidecarAddsAndTheAppSeesNoneOfIt() {
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/items"));

    Upstream.Seen seen = v1.seen().get(0);
    assertThat(seen.header("x-request-id")).hasSize(36);
    assertThat(seen.header("x-forwarded-proto")).isEqualTo("http");
    assertThat(seen.header("x-envoy-attempt-count")).isEqualTo("1");
    assertThat(answer.requestHeader("x-request-id")).isEmpty();
    assertThat(answer.requestHeader("x-forwarded-proto")).isEmpty();
  }

  @Test
  void aRewriteHappensBelowTheApp() {
    v1.script(
        Reply.body("inside".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .with("x-internal", "1"));
    ClientAnswer answer =
        app.send(
            ClientCall.get(CATALOG + "/api/items?q=1").with("x-app", "mine").with("x-secret", "s"));

    Upstream.Seen seen = v1.seen().get(0);
    assertThat(seen.target()).isEqualTo("/internal/items?q=1");
    assertThat(seen.header("host")).isEqualTo("inner.example");
    assertThat(seen.header("x-added")).isEqualTo("by-mesh");
    assertThat(seen.header("x-app")).isEqualTo("changed");
    assertThat(seen.header("x-secret")).isEmpty();
    assertThat(seen.header("x-envoy-original-path")).isEqualTo("/api/items?q=1");
    assertThat(answer.uri()).isEqualTo(CATALOG + "/api/items?q=1");
    assertThat(answer.requestHeader("x-app")).isEqualTo("mine");
    assertThat(answer.requestHeader("x-secret")).isEqualTo("s");
    assertThat(answer.header("x-mesh")).isEqualTo("response");
    assertThat(answer.header("x-internal")).isEmpty();
  }

  @Test
  void aRelativeRedirectIsResolvedAgainstWhatTheAppAskedFor() {
    v1.script(Reply.redirect(302, "next"));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/api/items"));

    assertThat(answer.uri()).isEqualTo(CATALOG + "/api/next");
    assertThat(v1.seen())
        .extracting(Upstream.Seen::target)
        .containsExactly("/internal/items", "/internal/next");
  }

  @Test
  void aCookieOfARewrittenPathComesBackOnThePathOfTheApp() {
    v1.script(Reply.status(200).with("Set-Cookie", "session=1; Path=/api"));
    app.send(ClientCall.get(CATALOG + "/api/login").withCookies());
    app.send(ClientCall.get(CATALOG + "/api/items").withCookies());

    assertThat(v1.seen().get(1).header("cookie")).contains("session=1");
  }

  @Test
  void eachHopOfARedirectIsRoutedAnew() {
    v1.script(Reply.redirect(302, "http://reviews:8080/all"));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/items"));

    assertThat(answer.text()).isEqualTo("reviews");
    assertThat(answer.uri()).isEqualTo("http://reviews:8080/all");
    assertThat(answer.earlier()).containsExactly("302");
    assertThat(reviews.seen().get(0).header("host")).isEqualTo("reviews:8080");
  }

  @Test
  void aRedirectToAFailingServiceRepeatsTheSecondHopOnly() {
    reviews.script(Reply.redirect(302, CATALOG + "/flaky"));
    v1.script(Reply.status(503), Reply.status(503));
    ClientAnswer answer = app.send(ClientCall.get("http://reviews:8080/start"));

    assertThat(answer.text()).isEqualTo("v1");
    assertThat(reviews.seen()).hasSize(1);
    assertThat(v1.seen()).hasSize(3);
    assertThat(answer.earlier()).containsExactly("302");
  }

  @Test
  void aRedirectOfTheRouteIsFollowedByTheLibrary() {
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/old/items"));

    assertThat(answer.text()).isEqualTo("v1");
    assertThat(answer.uri()).isEqualTo(CATALOG + "/new");
    assertThat(app.send(ClientCall.get(CATALOG + "/old/items").notFollowing()).status())
        .isEqualTo(308);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void retriesHideFailures(Mode mode) {
    v1.script(Reply.status(503), Reply.status(500));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/flaky").in(mode));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.earlier()).isEmpty();
    assertThat(v1.seen())
        .extracting(s -> s.header("x-envoy-attempt-count"))
        .containsExactly("1", "2", "3");
    assertThat(v1.seen())
        .extracting(s -> s.header("x-request-id"))
        .containsOnly(v1.seen().get(0).header("x-request-id"));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aConnectionThatBreaksBeforeTheAnswerIsTriedAgain(Mode mode) {
    v1.script(Reply.hangingUp());
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/flaky").in(mode));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(v1.seen()).hasSize(2);
  }

  @Test
  void theLastFailureIsHandedOverWhenRetriesAreUsedUp() {
    v1.always(Reply.status(503).with("x-reason", "busy"));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/flaky"));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("x-reason")).isEqualTo("busy");
    assertThat(v1.seen()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aRetryRepeatsTheBody(Mode mode) {
    byte[] body = "x".repeat(100_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    v1.script(Reply.status(503));
    ClientAnswer answer = app.send(ClientCall.post(CATALOG + "/flaky", body).in(mode));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(v1.seen()).hasSize(2);
    assertThat(v1.seen().get(1).body()).isEqualTo(body);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aBodyThatTheAppGivesOnceIsKeptForARetry(Mode mode) {
    byte[] body = "x".repeat(100_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    v1.script(Reply.status(503));
    ClientAnswer answer = app.send(ClientCall.post(CATALOG + "/flaky", body).sentOnce().in(mode));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(v1.seen()).hasSize(2);
    assertThat(v1.seen()).allSatisfy(seen -> assertThat(seen.body()).isEqualTo(body));
  }

  @Test
  void retriesStayInTheClusterThatWasChosen() {
    v1.always(Reply.status(503));
    for (int i = 0; i < 20; i++) {
      int before = v1.seen().size();
      ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/split"));
      assertThat(v1.seen().size() - before).isEqualTo(answer.status() == 200 ? 0 : 4);
    }
    assertThat(v2.seen()).isNotEmpty();
    assertThat(v1.seen()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void theRoutesTimeoutIsAnAnswerOfTheMesh(Mode mode) {
    v1.script(Reply.status(200).after(3_000));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/slow").in(mode));

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).isEqualTo("upstream request timeout");
    assertThat(answer.millis()).isBetween(290L, 2_500L);
  }

  @Test
  void anAttemptThatTakesTooLongIsRepeated() {
    v1.script(Reply.status(200).after(3_000));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/patient"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.millis()).isBetween(190L, 2_500L);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCopyOfARequestGoesToTheMirror(Mode mode) {
    reviews.always(Reply.status(500).after(100));
    byte[] body = "pay once".getBytes(StandardCharsets.UTF_8);
    ClientAnswer answer =
        app.send(ClientCall.post(CATALOG + "/copied?q=1", body).with("x-app", "mine").in(mode));

    assertThat(answer.text()).isEqualTo("v1");
    assertThat(v1.seen()).hasSize(1);
    await("the mirror got its copy")
        .untilAsserted(
            () -> {
              assertThat(reviews.seen()).hasSize(1);
              Upstream.Seen copy = reviews.seen().get(0);
              assertThat(copy.method()).isEqualTo("POST");
              assertThat(copy.target()).isEqualTo(v1.seen().get(0).target());
              assertThat(copy.header("x-app")).isEqualTo("mine");
              assertThat(copy.header("x-added")).isEqualTo("by-mesh");
              assertThat(copy.header("x-request-id"))
                  .isEqualTo(v1.seen().get(0).header("x-request-id"));
              assertThat(copy.body()).isEqualTo(body);
            });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aMirrorGetsABodyThatTheAppGivesOnce(Mode mode) {
    byte[] body = "pay once".getBytes(StandardCharsets.UTF_8);
    ClientAnswer answer = app.send(ClientCall.post(CATALOG + "/copied", body).sentOnce().in(mode));

    assertThat(answer.text()).isEqualTo("v1");
    await("the mirror got its copy")
        .untilAsserted(
            () -> assertThat(reviews.seen()).extracting(Upstream.Seen::body).containsExactly(body));
  }

  @Test
  void aMirrorThatIsGoneDisturbsNobody() {
    reviews.always(Reply.hangingUp());
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/copied"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("v1");
  }

  @Test
  void whoMayReadIsSaidByTheMesh() {
    ClientCall call = ClientCall.get(CATALOG + "/shared").with("origin", "http://app.example");
    ClientAnswer answer = app.send(call);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("http://app.example");
    assertThat(answer.header("access-control-expose-headers")).isEqualTo("x-served-by");
    assertThat(v1.seen()).hasSize(1);
  }

  @Test
  void aResponseCarriesWhatASidecarAdds() {
    v1.script(Reply.status(200).with("server", "theirs"));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/items"));
    assertThat(answer.header("server")).isEqualTo("envoy");
    assertThat(answer.header("x-envoy-upstream-service-time")).matches("[0-9]+");
  }

  @Test
  void aFaultAborts() {
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/broken"));

    assertThat(answer.status()).isEqualTo(555);
    assertThat(answer.text()).isEqualTo("fault filter abort");
    assertThat(v1.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aFaultDelays(Mode mode) {
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/late").in(mode));

    assertThat(answer.text()).isEqualTo("v1");
    assertThat(answer.millis()).isGreaterThanOrEqualTo(195);
  }

  @Test
  void aDirectResponseIsANormalResponse() {
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/teapot"));

    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.text()).isEqualTo("short and stout");
    assertThat(answer.header("content-type")).isEqualTo("text/plain");
    assertThat(answer.uri()).isEqualTo(CATALOG + "/teapot");
  }

  @Test
  void aRouteToAClusterThatDoesNotExistIsAnswered() {
    assertThat(app.send(ClientCall.get(CATALOG + "/nowhere")).status()).isEqualTo(503);
  }

  @Test
  void anUnknownHostIsTheLibrarysOwnAffair() {
    ClientAnswer answer = app.send(ClientCall.get("http://no-such-host.invalid:8080/"));

    assertThat(answer.failure()).isNotEmpty();
  }

  @Test
  void aLoopbackLiteralIsNeverCaptured() {
    ClientAnswer answer = app.send(ClientCall.get("http://127.0.0.1:" + v2.port() + "/direct"));

    assertThat(answer.text()).isEqualTo("v2");
    assertThat(v2.seen().get(0).header("x-request-id")).isEmpty();
  }

  @Test
  void theAppsOwnDeadlineStaysTheLibrarysException() {
    v1.script(Reply.status(200).after(3_000));
    ClientAnswer answer = app.send(ClientCall.get(CATALOG + "/once").within(300));

    assertThat(answer.failure() + answer.message()).containsIgnoringCase("timeout");
    assertThat(answer.failure()).startsWith("java.");
    assertThat(answer.millis()).isLessThan(2_500);
  }

  @Test
  void aCallThatTheAppCancelsEnds() {
    v1.script(Reply.status(200).after(3_000));
    ClientAnswer answer =
        app.send(ClientCall.get(CATALOG + "/once").in(Mode.ASYNC).cancelledAfter(200));

    assertThat(answer.failure()).isNotEmpty();
    assertThat(answer.millis()).isLessThan(2_500);
  }

  @Test
  void bigBodiesPassBothWays() {
    byte[] body = new byte[10_000_000];
    new java.util.Random(1).nextBytes(body);
    v1.script(Reply.body(body));
    ClientAnswer answer = app.send(ClientCall.post(CATALOG + "/items", body));

    assertThat(v1.seen().get(0).body()).isEqualTo(body);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void connectionsAreKept() {
    for (int i = 0; i < 20; i++) {
      assertThat(app.send(ClientCall.get(CATALOG + "/items")).status()).isEqualTo(200);
    }

    assertThat(v1.connections()).isLessThanOrEqualTo(2);
  }

  @Test
  void aChangeOfTheConfigurationMovesTheTraffic() {
    mesh.folder().service("moving", v1);
    await()
        .untilAsserted(
            () ->
                assertThat(app.send(ClientCall.get("http://moving:8080/")).text()).isEqualTo("v1"));
    mesh.folder().service("moving", v2);
    await()
        .untilAsserted(
            () ->
                assertThat(app.send(ClientCall.get("http://moving:8080/")).text()).isEqualTo("v2"));
  }

  @Test
  void nobodyListensIsAnAnswerOfTheMesh() throws Exception {
    try (Upstream gone = Upstream.start("gone")) {
      mesh.folder().service("gone", gone);
      await()
          .untilAsserted(
              () ->
                  assertThat(app.send(ClientCall.get("http://gone:8080/")).text())
                      .isEqualTo("gone"));
    }
    ClientAnswer answer = app.send(ClientCall.get("http://gone:8080/"));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text())
        .startsWith("upstream connect error or disconnect/reset before headers");
  }

  @Test
  void withNativeFailuresTheLibraryThrowsItsOwn() throws Exception {
    ForkedClient own = another("failures=native");
    await()
        .untilAsserted(
            () ->
                assertThat(own.send(ClientCall.get(CATALOG + "/teapot")).status()).isEqualTo(418));
    v1.script(Reply.status(200).after(3_000));

    ClientAnswer late = own.send(ClientCall.get(CATALOG + "/slow"));
    assertThat(late.failure()).containsIgnoringCase("timeout");
    try (Upstream gone = Upstream.start("absent")) {
      mesh.folder().service("absent", gone);
      await()
          .untilAsserted(
              () ->
                  assertThat(own.send(ClientCall.get("http://absent:8080/")).text())
                      .isEqualTo("absent"));
    }
    assertThat(own.send(ClientCall.get("http://absent:8080/")).failure())
        .contains("ConnectException");
    assertThat(own.send(ClientCall.get(CATALOG + "/broken")).status()).isEqualTo(555);
  }

  @Test
  void everyRequestThatWasRoutedEnds() {
    app.send(ClientCall.get(CATALOG + "/items"));
    await()
        .untilAsserted(
            () -> {
              Counters counters = new Counters(mesh.admin(app, "/stats/prometheus"));
              assertThat(counters.all("inmesh_requests_opened_total"))
                  .isPositive()
                  .isEqualTo(counters.all("inmesh_requests_ended_total"));
            });
  }
}
