package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientCall.Mode;
import io.inmesh.instrumentation.testing.ClientCall.Protocol;
import io.inmesh.instrumentation.testing.Upstream.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of calls that the app makes over https, where the setting {@code https-routes} names
 * the host and where it does not. A part of {@link ClientContract}, with an app of its own.
 */
abstract class HttpsRoutesContract {
  private static final String DOMAIN = ".test.svc.cluster.local";
  private static final String VAULT = "https://vault" + DOMAIN;
  private static final String ROUTES =
      """
      - match: [{uri: {prefix: /v2}}]
        route: [{destination: {host: vault.test.svc.cluster.local, subset: v2}}]
        headers: {request: {set: {x-added: by-mesh}}}
      - match: [{uri: {prefix: /flaky}}]
        route: [{destination: {host: vault.test.svc.cluster.local, subset: v1}}]
        retries: {attempts: 3, retryOn: "5xx,reset,connect-failure", backoff: 1ms}
      - match: [{uri: {prefix: /slow}}]
        route: [{destination: {host: vault.test.svc.cluster.local, subset: v1}}]
        timeout: 0.3s
      - match: [{uri: {prefix: /broken}}]
        fault: {abort: {percentage: {value: 100}, httpStatus: 555}}
        route: [{destination: {host: vault.test.svc.cluster.local, subset: v1}}]
      - match: [{uri: {prefix: /teapot}}]
        directResponse: {status: 418, body: {string: short and stout}}
      - match: [{uri: {prefix: /old}}]
        redirect: {uri: /new, redirectCode: 308}
      - match: [{uri: {prefix: /clear}}]
        route: [{destination: {host: clear.test.svc.cluster.local}}]
      - route: [{destination: {host: vault.test.svc.cluster.local, subset: v1}}]
      """;

  private @Nullable Vaults vaults;

  /** The mesh of this class. */
  protected abstract TestMesh mesh();

  /** Starts one more app. */
  protected abstract ForkedClient another(String... settings) throws IOException;

  /**
   * The services and the app.
   *
   * @param clear where the services would be called in clear
   * @param open is not named by the setting
   * @param impostor shows the certificate of another name, {@code stranger} one that nobody trusts
   */
  private record Vaults(
      ForkedClient app,
      Upstream clear,
      Upstream v1,
      Upstream v2,
      Upstream open,
      Upstream impostor,
      Upstream stranger,
      Http2Upstream http2) {
    static Vaults in(HttpsRoutesContract contract) throws IOException {
      TestMesh mesh = contract.mesh();
      TestCa ca = TestCa.stranger();
      TestCa.Signed own = ca.server("vault" + DOMAIN);
      List<String> settings = new ArrayList<>(List.of(ca.trustOptions()));
      settings.add(
          "https-routes="
              + String.join(",", host("vault"), host("impostor"), host("stranger"), host("http2")));
      Vaults vaults =
          new Vaults(
              contract.another(settings.toArray(String[]::new)),
              mesh.upstream("clear"),
              mesh.upstream("v1", own),
              mesh.upstream("v2", own),
              mesh.upstream("open", ca.server(host("open"))),
              mesh.upstream("impostor", own),
              mesh.upstream("stranger", TestCa.stranger().server(host("stranger"))),
              mesh.http2Upstream(ca.server(host("http2"))));
      vaults.register(mesh.folder());
      await("routes are in force")
          .untilAsserted(
              () ->
                  assertThat(vaults.app.send(ClientCall.get(VAULT + "/teapot")).status())
                      .isEqualTo(418));
      return vaults;
    }

    private void register(MeshFolder folder) {
      folder.service("clear", clear);
      folder.subsets("vault", "v1", "v2");
      for (Upstream alone : List.of(open, impostor, stranger)) {
        folder.bothWays(alone.name(), clear, Map.of(alone.name(), alone.port()));
      }
      folder.routes(
          "open",
          """
          - fault: {abort: {percentage: {value: 100}, httpStatus: 555}}
            route: [{destination: {host: open.test.svc.cluster.local}}]
          """);
      folder.subsets("http2", "v1", "v2");
      folder.bothWays("http2", clear, Map.of("v1", http2.port(), "v2", http2.port()));
      folder.routes(
          "http2",
          """
          - match: [{uri: {prefix: /api/}}]
            rewrite: {uri: /internal/}
            route: [{destination: {host: http2.test.svc.cluster.local, subset: v1}}]
            headers: {request: {set: {x-added: by-mesh}}}
            retries: {attempts: 2, retryOn: "5xx", backoff: 1ms}
          - match: [{uri: {prefix: /v2}}]
            route: [{destination: {host: http2.test.svc.cluster.local, subset: v2}}]
          - route: [{destination: {host: http2.test.svc.cluster.local, subset: v1}}]
          """);
      folder.bothWays("vault", clear, Map.of("v1", v1.port(), "v2", v2.port()));
      folder.routes("vault", ROUTES);
    }

    private static String host(String name) {
      return name + DOMAIN;
    }

    ClientAnswer send(String url) {
      return app.send(ClientCall.get(url));
    }
  }

  private Vaults vaults() throws IOException {
    Vaults known = vaults;
    if (known == null) {
      known = Vaults.in(this);
      vaults = known;
    }
    for (Upstream upstream : List.of(known.clear, known.v1, known.v2, known.open)) {
      upstream.reset();
    }
    known.http2.reset();
    return known;
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aNamedHostsPathChoosesTheSubsetAndHeadersGoWithIt(Mode mode) throws IOException {
    Vaults vaults = vaults();
    ClientAnswer answer = vaults.app.send(ClientCall.get(VAULT + "/v2/items?q=1").in(mode));

    assertThat(answer.text()).as(answer.toString()).isEqualTo("v2");
    assertThat(answer.uri()).isEqualTo(VAULT + "/v2/items?q=1");
    assertThat(answer.requestHeader("x-added")).isEmpty();
    Upstream.Seen seen = vaults.v2.seen().get(0);
    assertThat(seen.target()).isEqualTo("/v2/items?q=1");
    assertThat(seen.header("host")).isEqualTo("vault" + DOMAIN);
    assertThat(seen.header("x-added")).isEqualTo("by-mesh");
    assertThat(seen.header("x-forwarded-proto")).isEqualTo("https");
    assertThat(vaults.send(VAULT + "/items").text()).isEqualTo("v1");
    assertThat(vaults.clear.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void retriesHideFailuresOfANamedHost(Mode mode) throws IOException {
    Vaults vaults = vaults();
    vaults.v1.script(Reply.status(503), Reply.hangingUp());
    ClientAnswer answer = vaults.app.send(ClientCall.get(VAULT + "/flaky").in(mode));

    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("v1");
    assertThat(vaults.v1.seen()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void theTimeoutOfANamedHostsRouteIsAnAnswerOfTheMesh(Mode mode) throws IOException {
    Vaults vaults = vaults();
    vaults.v1.script(Reply.status(200).after(3_000));
    ClientAnswer answer = vaults.app.send(ClientCall.get(VAULT + "/slow").in(mode));

    assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
    assertThat(answer.text()).isEqualTo("upstream request timeout");
    assertThat(answer.millis()).isBetween(290L, 2_500L);
  }

  @Test
  void whatTheRoutesOfANamedHostAnswerIsANormalResponse() throws IOException {
    Vaults vaults = vaults();
    ClientAnswer aborted = vaults.send(VAULT + "/broken");
    assertThat(aborted.status()).isEqualTo(555);
    assertThat(aborted.text()).isEqualTo("fault filter abort");
    assertThat(vaults.v1.seen()).isEmpty();

    assertThat(vaults.send(VAULT + "/teapot").text()).isEqualTo("short and stout");
    assertThat(vaults.send(VAULT + "/old").uri()).isEqualTo(VAULT + "/new");
  }

  @Test
  void aRouteToWhereNobodySpeaksTlsIsAnswered() throws IOException {
    Vaults vaults = vaults();
    ClientAnswer answer = vaults.send(VAULT + "/clear");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("outbound|443||clear" + DOMAIN);
    assertThat(vaults.clear.seen()).isEmpty();
  }

  @Test
  void theAppsTlsIsCheckedByTheLibrary() throws IOException {
    Vaults vaults = vaults();
    for (Upstream wrong : List.of(vaults.impostor, vaults.stranger)) {
      ClientAnswer answer = vaults.send("https://" + wrong.name() + DOMAIN + "/items");

      assertThat(answer.failure()).as(answer.toString()).startsWith("javax.net.ssl.SSL");
      assertThat(wrong.seen()).isEmpty();
    }
  }

  @Test
  void aHostThatIsNotNamedIsLeftToItsServerName() throws IOException {
    Vaults vaults = vaults();
    ClientAnswer answer = vaults.send("https://open" + DOMAIN + "/items");

    assertThat(answer.text()).as(answer.toString()).isEqualTo("open");
    assertThat(vaults.open.seen().get(0).header("x-request-id")).isEmpty();
  }

  @Test
  void http2OverTlsOfANamedHostIsRewrittenAndRetried() throws IOException {
    Vaults vaults = vaults();
    vaults.http2.script(503);
    ClientAnswer answer = vaults.app.send(overHttp2("/api/items"));

    assertThat(answer.text()).as(answer.toString()).isEqualTo("HTTP/2");
    assertThat(vaults.http2.seen()).hasSize(2);
    Upstream.Seen seen = vaults.http2.seen().get(1);
    assertThat(seen.target()).isEqualTo("/internal/items");
    assertThat(seen.header("x-added")).isEqualTo("by-mesh");
    assertThat(seen.header("x-envoy-attempt-count")).isEqualTo("2");
  }

  @Test
  void connectionsAreKeptBySubset() throws IOException {
    Vaults vaults = vaults();
    for (String path : List.of("/v1", "/v2", "/v1", "/v2")) {
      assertThat(vaults.app.send(overHttp2(path)).text()).isEqualTo("HTTP/2");
    }

    List<String> peers = vaults.http2.seen().stream().map(Upstream.Seen::peer).toList();
    assertThat(peers.get(0)).isEqualTo(peers.get(2)).isNotEqualTo(peers.get(1));
    assertThat(peers.get(1)).isEqualTo(peers.get(3));
  }

  private static ClientCall overHttp2(String path) {
    return ClientCall.get("https://http2" + DOMAIN + path).over(Protocol.HTTP_2);
  }

  @Test
  void anExplanationSaysThatTheSettingChose() throws IOException {
    String explained = mesh().admin(vaults().app, "/explain?url=" + VAULT + "/v2/items");

    assertThat(explained)
        .contains("the routes of its HTTP port 8080 decide")
        .contains("cluster outbound|443|v2|vault" + DOMAIN + ", the app's own TLS stays");
  }
}
