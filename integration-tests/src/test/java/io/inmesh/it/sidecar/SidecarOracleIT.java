package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Upstream;
import io.inmesh.instrumentation.testing.Wire;
import io.inmesh.it.server.JdkServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** An app under the agent, called by an Envoy sidecar and calling one; {@code -Doracle}. */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@TestInstance(Lifecycle.PER_CLASS)
class SidecarOracleIT {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Pattern HASH = Pattern.compile("Hash=[0-9a-f]{64}");

  private TestMesh mesh;
  private TestCa ca;
  private ForkedServer shop;
  private ForkedClient web;

  @BeforeAll
  void start() throws Exception {
    mesh = TestMesh.secured(TestMesh.repository());
    ca = mesh.ca();
    shop =
        mesh.server(
            Jdks.running(), AppClassPath.ofTheTests(), JdkServer.class.getName(), "shop", 0);
    mesh.folder().mutualTls("shop", "STRICT");
    web =
        mesh.client(
            Jdks.running(), AppClassPath.ofTheTests(), "io.inmesh.it.client.JdkClient", "web");
  }

  @AfterAll
  void stop() throws Exception {
    mesh.close();
  }

  private TestCa.Signed certificate(String trustDomain, String account, Duration life) {
    return ca.sign(trustDomain, account, Instant.now().plus(life));
  }

  private Sidecar caller(TestCa.Signed own) throws Exception {
    return Sidecar.outbound(ca, own, shop.port(), "shop", "shop", Sidecar.Manner.HTTP_1);
  }

  @Test
  void aSidecarCallsAnAppUnderTheAgent() throws Exception {
    try (Sidecar sidecar = caller(certificate("cluster.local", "web", Duration.ofHours(1)));
        Wire wire = Wire.plain(sidecar.port())) {
      assertThat(wire.get("/items").text()).isEqualTo("hello");
      byte[] body = new byte[10_000_000];
      new Random(1).nextBytes(body);
      assertThat(wire.post("/echo", body).body()).isEqualTo(body);
    }
  }

  @Test
  void theAppSeesTheForwardedCertificateThatASidecarWrites() throws Exception {
    TestCa.Signed web = certificate("cluster.local", "web", Duration.ofHours(1));
    TestCa.Signed shopsOwn = certificate("cluster.local", "shop", Duration.ofHours(1));
    try (Upstream bare = Upstream.start("bare");
        Sidecar shopsSidecar = Sidecar.inbound(ca, shopsOwn, bare.port(), Sidecar.Manner.HTTP_1);
        Sidecar toSidecar =
            Sidecar.outbound(ca, web, shopsSidecar.port(), "shop", "shop", Sidecar.Manner.HTTP_1);
        Sidecar toAgent = caller(web);
        Wire ofSidecar = Wire.plain(toSidecar.port());
        Wire ofAgent = Wire.plain(toAgent.port())) {
      assertThat(ofSidecar.get("/headers", "x-mine: 1").status()).isEqualTo(200);
      Map<String, String> envoys = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      bare.seen()
          .get(0)
          .headers()
          .forEach((name, values) -> envoys.put(String.valueOf(name), String.join(",", values)));
      Map<String, String> agents = lines(ofAgent.get("/headers", "x-mine: 1").text());

      assertThat(envoys.get("x-forwarded-client-cert")).contains("By=spiffe");
      assertThat(agents).containsKey("x-forwarded-client-cert");
      assertThat(withoutHash(agents.get("x-forwarded-client-cert")))
          .isEqualTo(withoutHash(envoys.get("x-forwarded-client-cert")));
      for (Map<String, String> one : List.of(envoys, agents)) {
        // Chance, and what names the port that was called.
        one.keySet().removeAll(List.of("x-request-id", "x-forwarded-client-cert", "host"));
      }
      assertThat(agents).isEqualTo(envoys);
    }
  }

  private static Map<String, String> lines(String text) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : text.split("\n")) {
      int colon = line.indexOf(": ");
      headers.merge(line.substring(0, colon), line.substring(colon + 2), (a, b) -> a + "," + b);
    }
    return headers;
  }

  private static String withoutHash(@Nullable String forwarded) {
    return HASH.matcher(String.valueOf(forwarded)).replaceAll("Hash=");
  }

  @Test
  void callersThatPolicyDoesNotKnowAreRefused() throws Exception {
    TestCa stranger = TestCa.stranger();
    List<TestCa.Signed> others =
        Arrays.asList(
            certificate("elsewhere.example", "web", Duration.ofHours(1)),
            certificate("cluster.local", "web", Duration.ofMinutes(-1)),
            stranger.sign("cluster.local", "web", Instant.now().plus(Duration.ofHours(1))));
    for (TestCa.Signed other : others) {
      try (Sidecar sidecar = caller(other);
          Wire wire = Wire.plain(sidecar.port())) {
        assertThat(wire.get("/items").status()).isEqualTo(503);
      }
    }
  }

  @Test
  void aSidecarFindsThatTheAppIsWhoItMustBe() throws Exception {
    TestCa.Signed web = certificate("cluster.local", "web", Duration.ofHours(1));
    try (Sidecar sidecar =
            Sidecar.outbound(ca, web, shop.port(), "shop", "another", Sidecar.Manner.HTTP_1);
        Wire wire = Wire.plain(sidecar.port())) {
      assertThat(wire.get("/items").status()).isEqualTo(503);
    }
  }

  @Test
  void anAppUnderTheAgentCallsASidecar() throws Exception {
    try (Upstream bare = Upstream.start("bare");
        Sidecar sidecar =
            Sidecar.inbound(
                ca,
                certificate("cluster.local", "bare", Duration.ofHours(1)),
                bare.port(),
                Sidecar.Manner.HTTP_1)) {
      mesh.folder().secured("bare", sidecar.port(), "bare");
      awaitAnswer("http://bare:8080/items", "bare");
      byte[] body = new byte[10_000_000];
      new Random(1).nextBytes(body);
      bare.always(Upstream.Reply.body(body));
      ClientAnswer answer = web.send(ClientCall.post("http://bare:8080/big", body));

      assertThat(answer.body()).isEqualTo(body);
      Upstream.Seen seen = bare.seen().get(bare.seen().size() - 1);
      assertThat(seen.body()).isEqualTo(body);
      assertThat(seen.header("x-forwarded-client-cert"))
          .contains("By=spiffe://cluster.local/ns/test/sa/bare")
          .contains("URI=spiffe://cluster.local/ns/test/sa/web");
      assertThat(seen.header("x-forwarded-proto")).isEqualTo("http");
    }
  }

  @Test
  void anAppUnderTheAgentCallsNoSidecarOfAnotherName() throws Exception {
    try (Upstream bare = Upstream.start("wrong");
        Sidecar sidecar =
            Sidecar.inbound(
                ca,
                certificate("cluster.local", "other", Duration.ofHours(1)),
                bare.port(),
                Sidecar.Manner.HTTP_1)) {
      mesh.folder().secured("wrong", sidecar.port(), "wrong");
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(web.send(ClientCall.get("http://wrong:8080/")).status())
                      .isEqualTo(503));
      assertThat(bare.seen()).isEmpty();
    }
  }

  private void awaitAnswer(String url, String text) throws IOException {
    await(url)
        .atMost(LONG)
        .untilAsserted(
            () -> {
              ClientAnswer answer = web.send(ClientCall.get(url));
              assertThat(answer.text()).as(answer.toString()).isEqualTo(text);
            });
  }
}
