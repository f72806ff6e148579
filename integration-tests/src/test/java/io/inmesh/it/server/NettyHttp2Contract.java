package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.Counters;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.client.LibraryVersions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a server of Netty's HTTP/2 has to do, called in clear and over mutual TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NettyHttp2Contract {
  private static final String SERVER = "shop";
  private static final String DENIED = "RBAC: access denied";
  private static final String WEB_ALONE =
      "[{from: [{source: {principals: ['cluster.local/ns/test/sa/web']}}]}]";
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int BIG = 300_000;

  private final OkHttpClient client =
      new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
  private TestMesh mesh;
  private ForkedServer app;
  private SecuringRelay relay;
  private SecuringRelay otherRelay;

  /** What came of a request. */
  private record Answer(int status, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** How the library is used. */
  Class<? extends LibraryServer> server() {
    return NettyHttp2Server.class;
  }

  /** Name and version of the library under test. */
  abstract String library();

  @BeforeAll
  final void start() throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    app = another(SERVER);
    relay = new SecuringRelay(caller("web"), app.port());
    otherRelay = new SecuringRelay(caller("other"), app.port());
  }

  private ForkedServer another(String name, String... settings) throws IOException {
    return mesh.server(
        Jdks.running(),
        LibraryVersions.with(AppClassPath.ofTheTests(), library()),
        server().getName(),
        name,
        0,
        settings);
  }

  private MeshCaller caller(String account) throws IOException {
    return MeshCaller.of(mesh.ca(), account, SERVER).offering("istio-h2", "istio", "h2");
  }

  @AfterAll
  final void stop() throws Exception {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
    relay.close();
    otherRelay.close();
    mesh.close();
  }

  @AfterEach
  final void allowAll() {
    mesh.folder().noAuthorization("test");
    served(app.port());
  }

  private Answer get(int port, String path) throws IOException {
    return answer(client.newCall(to(port, path).build()));
  }

  private Answer post(int port, String path, byte[] body) throws IOException {
    return answer(client.newCall(to(port, path).post(RequestBody.create(null, body)).build()));
  }

  private static Request.Builder to(int port, String path) {
    return new Request.Builder().url("http://127.0.0.1:" + port + path).header("Host", "shop:8080");
  }

  private static Answer answer(Call call) throws IOException {
    try (Response response = call.execute()) {
      return new Answer(response.code(), response.body().bytes());
    }
  }

  /** Sets the policy, and waits until this request gets this status. */
  private void policy(String action, String rules, int port, String path, int status) {
    mesh.folder().authorization(SERVER, "test", action, rules);
    await(action)
        .atMost(LONG)
        .untilAsserted(() -> assertThat(get(port, path).status()).isEqualTo(status));
  }

  private void served(int port) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(get(port, "/items").text()).isEqualTo("hello"));
  }

  private static String deny(String paths) {
    return "[{to: [{operation: {paths: [" + paths + "]}}]}]";
  }

  @Test
  void bigBodiesGoBothWays() throws IOException {
    byte[] body = new byte[BIG];
    new Random(1).nextBytes(body);
    for (int port : new int[] {relay.port(), app.port()}) {
      assertThat(Arrays.equals(post(port, "/echo", body).body(), body)).isTrue();
      assertThat(get(port, "/big?" + BIG).body()).hasSize(BIG);
      assertThat(get(port, "/view").text()).endsWith("scheme=http secure=false protocol=HTTP/2");
    }
  }

  @Test
  void callersAreAllowedByTheirIdentityWhichTheAppLearns() throws IOException {
    policy("ALLOW", WEB_ALONE, otherRelay.port(), "/items", 403);

    assertThat(get(otherRelay.port(), "/items").text()).isEqualTo(DENIED);
    assertThat(get(app.port(), "/items").text()).isEqualTo(DENIED);
    assertThat(get(relay.port(), "/items").text()).isEqualTo("hello");
    assertThat(get(relay.port(), "/headers").text())
        .contains("x-forwarded-client-cert: By=spiffe://cluster.local/ns/test/sa/" + SERVER)
        .contains("URI=spiffe://cluster.local/ns/test/sa/web\n");
  }

  @Test
  void whatIsDeniedNeverReachesTheAppAndOtherStreamsGoOn() throws IOException {
    policy("DENY", deny("'/items', '/echo'"), relay.port(), "/items", 403);
    for (int port : new int[] {relay.port(), app.port()}) {
      String before = get(port, "/seen").text();
      int connections = relay.accepted();
      assertThat(get(port, "/items?a=b").text()).isEqualTo(DENIED);
      assertThat(post(port, "/echo", new byte[1000]).text()).isEqualTo(DENIED);

      assertThat(get(port, "/seen").text()).isEqualTo(before);
      assertThat(relay.accepted()).isEqualTo(connections);
    }
  }

  @Test
  void theBodyOfADeniedRequestDoesNotStallItsConnection() throws Exception {
    policy("DENY", deny("'/items'"), app.port(), "/items", 403);
    HttpClient upgrading = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    assertThat(upgraded(upgrading, "/view").version()).isEqualTo(HttpClient.Version.HTTP_2);
    int connections = relay.accepted();
    for (int i = 0; i < 3; i++) {
      assertThat(posted(upgrading, "/items", new byte[BIG]).body()).isEqualTo(DENIED);
      assertThat(posted(upgrading, "/echo", new byte[BIG]).body()).hasSize(BIG);
      assertThat(post(relay.port(), "/items", new byte[BIG]).text()).isEqualTo(DENIED);
      assertThat(post(relay.port(), "/echo", new byte[BIG]).body()).hasSize(BIG);
    }
    assertThat(relay.accepted()).isLessThanOrEqualTo(connections + 1);
  }

  @Test
  void aPolicyReachesOpenConnections() throws IOException {
    served(relay.port());
    int connections = relay.accepted();
    policy("DENY", deny("'/items'"), relay.port(), "/items", 403);
    allowAll();
    served(relay.port());
    assertThat(relay.accepted()).isEqualTo(connections);
  }

  @Test
  void callersThatUpgradeAreAskedAbout() throws Exception {
    policy("DENY", deny("'/items'"), app.port(), "/items", 403);
    HttpClient upgrading = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    assertThat(upgraded(upgrading, "/items").body()).isEqualTo(DENIED);

    HttpResponse<String> first = upgraded(upgrading, "/headers");
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(first.body()).contains("x-own").doesNotContain("forged");
    HttpResponse<String> denied = upgraded(upgrading, "/items");
    assertThat(denied.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(denied.body()).isEqualTo(DENIED);
  }

  private HttpResponse<String> upgraded(HttpClient upgrading, String path) throws Exception {
    return upgrading.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> posted(HttpClient upgrading, String path, byte[] body)
      throws Exception {
    return upgrading.send(
        request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path))
        .header("x-own", "kept")
        .header("x-forwarded-client-cert", "By=spiffe://cluster.local/ns/test/sa/forged")
        .timeout(Duration.ofSeconds(10));
  }

  @Test
  void eachRequestEndsOnce() throws IOException {
    policy("DENY", deny("'/items'"), relay.port(), "/items", 403);
    get(relay.port(), "/view");
    post(relay.port(), "/echo", new byte[100_000]);
    get(app.port(), "/elsewhere");
    Call late = client.newCall(to(relay.port(), "/slow?2000").build());
    late.timeout().timeout(200, TimeUnit.MILLISECONDS);
    assertThatThrownBy(late::execute).isInstanceOf(IOException.class);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              Counters counters = new Counters(mesh.admin(app, "/stats/prometheus"));
              assertThat(counters.of("inmesh_inbound_requests_total{kind=\"admitted\"}"))
                  .isPositive()
                  .isEqualTo(counters.of("inmesh_inbound_requests_ended_total"));
            });
  }

  @Test
  void callersAreToldThatTheAppEnds() throws Exception {
    try (ForkedServer leaving = another("leaving");
        SecuringRelay counting = new SecuringRelay(caller("web"), leaving.port())) {
      // Before the server's settings have come OkHttp may open a second connection.
      get(counting.port(), "/items");
      get(counting.port(), "/items");
      int before = counting.accepted();
      get(counting.port(), "/items");
      assertThat(counting.accepted()).isEqualTo(before);

      leaving.terminate();
      await()
          .atMost(LONG)
          .until(
              () ->
                  get(counting.port(), "/items").text().equals("hello")
                      && counting.accepted() > before);
    }
  }

  @Test
  void withoutTheModuleConnectionsAreClosedWherePolicyDecides() throws Exception {
    try (ForkedServer off = another("off", "modules=-netty-http2")) {
      assertThat(get(off.port(), "/view").text()).endsWith("protocol=HTTP/2");
      mesh.folder().authorization("off", "off", "DENY", deny("'/items'"));
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> get(off.port(), "/view"))
                      .isInstanceOf(IOException.class));
    }
  }
}
