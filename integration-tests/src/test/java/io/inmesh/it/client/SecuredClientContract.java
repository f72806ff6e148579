package io.inmesh.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ClientCall.Mode;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.Relay;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.instrumentation.testing.Upstream;
import io.inmesh.it.origination.HttpSpeech;
import io.inmesh.it.origination.OriginationContract;
import io.inmesh.it.origination.Speech;
import io.inmesh.it.server.JdkServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A call in clear that leaves the process as mutual TLS, for every client module that declares
 * CONNECT_TLS. The servers are apps of the same mesh; they require TLS.
 */
abstract class SecuredClientContract extends OriginationContract {
  private static final String SHOP = "http://shop:8080";
  private static final Duration LONG = Duration.ofSeconds(20);

  /** The type of a TLS record, its first byte. */
  private static final int HANDSHAKE = 22;

  @Override
  protected final Class<? extends LibraryServer> server() {
    return JdkServer.class;
  }

  @Override
  protected final Speech speech() {
    return new HttpSpeech();
  }

  @Override
  protected final void awaitServed(String name) {
    await(name)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = app().send(ClientCall.get("http://" + name + ":8080/items"));
              assertThat(answer.text()).as(answer.toString()).isEqualTo("hello");
            });
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCallInClearArrivesWithTheCallersIdentity(Mode mode) {
    ClientAnswer answer = app().send(ClientCall.get(SHOP + "/headers").in(mode));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.uri()).isEqualTo(SHOP + "/headers");
    assertThat(answer.text().toLowerCase(java.util.Locale.ROOT))
        .contains("x-forwarded-client-cert")
        .contains("by=spiffe://cluster.local/ns/test/sa/shop")
        .contains("uri=spiffe://cluster.local/ns/test/sa/web")
        .contains("host: shop:8080")
        .contains("x-forwarded-proto: http");
  }

  @Test
  void aPeerThatKeepsWhatItHearsIsToldOnceAConnectionWhoWeAre() throws Exception {
    // Base64 of a Struct: "IN_PROCESS" is true, and "NAME" is "shop".
    try (Told peer = told("kept", "ChAKCklOX1BST0NFU1MSAiABCg4KBE5BTUUSBhoEc2hvcA==")) {
      for (String path : new String[] {"/", "/", "/", "/last", "/", "/"}) {
        assertThat(app().send(ClientCall.get("http://kept:8080" + path)).text())
            .isEqualTo("served");
      }
      assertThat(peer.connections())
          .contains(List.of(true, false))
          .allSatisfy(
              requests -> {
                assertThat(requests.get(0)).isTrue();
                assertThat(requests.subList(1, requests.size())).containsOnly(false);
              });
    }
  }

  @Test
  void aSidecarIsToldWithEachRequest() throws Exception {
    // Base64 of a Struct: "NAME" is "shop".
    try (Told peer = told("each", "Cg4KBE5BTUUSBhoEc2hvcA==")) {
      for (int i = 0; i < 3; i++) {
        assertThat(app().send(ClientCall.get("http://each:8080/")).text()).isEqualTo("served");
      }
      assertThat(peer.connections())
          .hasSize(1)
          .allSatisfy(requests -> assertThat(requests).hasSizeGreaterThan(3).containsOnly(true));
    }
  }

  /** It has served one request when this returns. */
  private Told told(String name, String own) throws IOException {
    Told peer =
        new Told(mesh().ca().sign("cluster.local", "shop", Instant.now().plusSeconds(3600)), own);
    mesh().folder().secured(name, peer.port(), "shop");
    // A JVM without the agent takes no server name with underscores.
    mesh().folder().policy(name, "{tls: {mode: ISTIO_MUTUAL, sni: peer.example}}");
    await(name)
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(app().send(ClientCall.get("http://" + name + ":8080/")).text())
                    .isEqualTo("served"));
    return peer;
  }

  @Test
  void bigBodiesPassBothWays() {
    byte[] body = new byte[10_000_000];
    new Random(1).nextBytes(body);

    assertThat(app().send(ClientCall.post(SHOP + "/echo", body)).body()).isEqualTo(body);
  }

  @Test
  void aPeerOfAnotherNameIsNotCalled() {
    mesh().folder().secured("impostor", other().port(), "shop");
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = app().send(ClientCall.get("http://impostor:8080/items"));
              assertThat(answer.status()).isEqualTo(503);
              assertThat(answer.text())
                  .contains("upstream connect error or disconnect/reset before headers")
                  .contains("which is not who was expected");
            });
  }

  @Test
  void aPeerThatAnswersInClearHearsNoHttp() throws Exception {
    try (Upstream clear = Upstream.start("clear")) {
      mesh().folder().secured("clear", clear.port(), "clear");
      mesh().folder().policy("clear", "{connectionPool: {tcp: {connectTimeout: 0.5s}}}");
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = app().send(ClientCall.get("http://clear:8080/items"));
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).contains("upstream connect error");
              });
      assertThat(clear.seen()).isEmpty();
    }
  }

  @Test
  void aConnectionThatBreaksInTheHandshakeIsTriedAgainAndNeverInClear() throws Exception {
    Queue<Integer> heard = new ConcurrentLinkedQueue<>();
    try (ServerSocket breaking = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread accepting =
          new Thread(
              () -> {
                try {
                  while (true) {
                    // With the rest unread, which makes of the end a reset.
                    try (Socket caller = breaking.accept()) {
                      int first = caller.getInputStream().read();
                      if (first >= 0) {
                        heard.add(first);
                      }
                    }
                  }
                } catch (IOException closed) {
                  // The test is over.
                }
              });
      accepting.setDaemon(true);
      accepting.start();
      mesh()
          .folder()
          .write(
              "half",
              """
              apiVersion: networking.istio.io/v1
              kind: ServiceEntry
              metadata: {name: half, namespace: test}
              spec:
                hosts: [half.test.svc.cluster.local]
                addresses: [240.9.1.1]
                location: MESH_INTERNAL
                resolution: STATIC
                ports: [{number: 8080, name: http, protocol: HTTP}]
                endpoints:
                - {address: 127.0.0.1, ports: {http: %d}, serviceAccount: shop}
                - {address: 127.0.0.1, ports: {http: %d}, serviceAccount: shop}
              """
                  .formatted(breaking.getLocalPort(), shop().port()));
      mesh()
          .folder()
          .routes(
              "half",
              """
              - route: [{destination: {host: half.test.svc.cluster.local}}]
                retries: {attempts: 5, retryOn: "connect-failure,reset", backoff: 1ms}
              """);
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(app().send(ClientCall.get("http://half:8080/items")).text())
                      .isEqualTo("hello"));
      for (int i = 0; i < 20; i++) {
        assertThat(app().send(ClientCall.get("http://half:8080/items")).status()).isEqualTo(200);
      }
      assertThat(heard).isNotEmpty().containsOnly(HANDSHAKE);
    }
  }

  @Test
  void aPeerThatLeavesAfterTheHandshakeLetsNoCallWait() throws Exception {
    Instant soon = Instant.now().plus(Duration.ofHours(1));
    try (Parting parting = Parting.start(mesh().ca().sign("cluster.local", "parting", soon))) {
      // The JDK as a server takes Istio's own server name for malformed.
      mesh().folder().policy("parting", "{tls: {mode: ISTIO_MUTUAL, sni: parting.example}}");
      mesh().folder().secured("parting", parting.port(), "parting", "HTTP2");
      ClientCall call =
          ClientCall.get("http://parting:8080/items").over(ClientCall.Protocol.HTTP_2);
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(app().send(call).status()).isEqualTo(503));

      for (int i = 0; i < 50; i++) {
        ClientAnswer answer = app().send(call);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.text())
            .isEqualTo(
                "upstream connect error or disconnect/reset before headers. reset reason: connection"
                    + " termination");
      }
      assertThat(parting.parted()).isPositive();
    }
  }

  @Test
  void whereTheAppItselfConnectsIsSecuredToo(@TempDir Path names) throws Exception {
    mesh().folder().headless("pods", shop().port(), "HTTP");
    Path hosts = Files.writeString(names.resolve("hosts"), "127.0.0.1 pod-0.pods.example\n");
    ForkedClient own = another("own", "-Djdk.net.hosts.file=" + hosts);
    String url = ".pods.example:" + shop().port() + "/headers";
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(own.send(ClientCall.get("http://pod-0" + url)).text())
                    .contains("URI=spiffe://cluster.local/ns/test/sa/own")
                    .contains("pod-0.pods.example"));

    ClientAnswer nobody = own.send(ClientCall.get("http://pod-1" + url));

    assertThat(nobody.status()).isEqualTo(503);
    assertThat(nobody.text()).isEqualTo("no healthy upstream");
    own.close();
  }

  @Test
  void aPortOfOpaqueBytesIsSecuredToo() {
    mesh().folder().secured("bytes", shop().port(), "shop", "TCP");
    ClientCall call = ClientCall.get("http://bytes.test.svc.cluster.local:8080/headers");
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = app().send(call);
              assertThat(answer.text())
                  .as(answer.toString())
                  .contains("URI=spiffe://cluster.local/ns/test/sa/web");
            });
  }

  @Test
  void eachHopOfARedirectIsSecured() throws Exception {
    try (Upstream pointing = Upstream.start("pointing")) {
      mesh().folder().service("pointing", pointing);
      pointing.always(Upstream.Reply.redirect(302, SHOP + "/headers"));
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(app().send(ClientCall.get("http://pointing:8080/")).text())
                      .contains("URI=spiffe://cluster.local/ns/test/sa/web"));
    }
  }

  @Test
  void aConnectionInClearIsLeftWhenTheServiceTurnsToMutualTls() throws Exception {
    mesh().folder().mutualTls("other", "PERMISSIVE");
    mesh().folder().policy("other", "{tls: {mode: DISABLE}}");
    String url = "http://other:8080/headers";
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = app().send(ClientCall.get(url));
              assertThat(answer.status()).isEqualTo(200);
              assertThat(answer.text()).doesNotContain("URI=spiffe");
            });

    mesh().folder().policy("other", "{tls: {mode: ISTIO_MUTUAL}}");

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(app().send(ClientCall.get(url)).text()).contains("URI=spiffe"));
    for (int i = 0; i < 10; i++) {
      assertThat(app().send(ClientCall.get(url)).text()).contains("URI=spiffe");
    }
    mesh().folder().mutualTls("other", "STRICT");
    mesh().folder().remove("policy-other");
  }

  @Test
  void idleConnectionsInClearAreClosedWhenTheServiceTurnsToMutualTls() throws Exception {
    mesh().folder().mutualTls("open", "PERMISSIVE");
    ForkedServer open = serve("open");
    try (Relay relay = Relay.to(open.port())) {
      mesh().folder().policy("turning", "{tls: {mode: DISABLE}}");
      mesh().folder().secured("turning", relay.port(), "open");
      ClientCall call = ClientCall.get("http://turning:8080/headers");
      await("it is called in clear")
          .atMost(LONG)
          .untilAsserted(
              () -> {
                assertThat(app().send(call).status()).isEqualTo(200);
                assertThat(relay.seen()).contains("GET /headers");
              });
      assertThat(relay.open()).isPositive();

      mesh().folder().policy("turning", "{tls: {mode: ISTIO_MUTUAL}}");

      await("nothing is open in clear").atMost(LONG).until(() -> relay.open() == 0);
      assertThat(app().send(call).text()).contains("URI=spiffe");
      int secured = relay.accepted();
      assertThat(app().send(call).text()).contains("URI=spiffe");
      assertThat(relay.accepted()).as("the connection is kept").isEqualTo(secured);
      assertThat(relay.open()).isEqualTo(1);
    }
  }

  @Test
  void idleConnectionsAreClosedWhenOtherRootsAreTrusted() throws Exception {
    TestCa before = mesh().ca();
    ForkedClient brief = another("brief", "certificate-life=10s");
    try (Relay relay = Relay.to(shop().port())) {
      mesh().folder().secured("trusted", relay.port(), "shop");
      ClientCall call = ClientCall.get("http://trusted:8080/items");
      await("it is called")
          .atMost(LONG)
          .untilAsserted(() -> assertThat(brief.send(call).text()).isEqualTo("hello"));
      assertThat(relay.open()).isPositive();

      mesh().trust(before, TestCa.stranger());

      await("nothing is open").atMost(LONG).until(() -> relay.open() == 0);
      assertThat(brief.send(call).text()).isEqualTo("hello");
    } finally {
      mesh().trust(before);
      brief.close();
    }
  }

  @Test
  void withoutACertificateNobodyIsCalled() throws Exception {
    ForkedClient anonymous = anonymous();
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = anonymous.send(ClientCall.get(SHOP + "/items"));
              assertThat(answer.status()).isEqualTo(503);
              assertThat(answer.text()).contains("this workload has no certificate");
            });
  }
}
