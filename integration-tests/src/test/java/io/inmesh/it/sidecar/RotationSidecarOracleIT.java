package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.Counters;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Upstream;
import io.inmesh.it.SteadyLoad;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.server.TomcatServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Certificates of five seconds at apps under the agent and at their Envoy sidecars, and one change
 * of the root, under load in both directions on connections that are closed after four requests: no
 * request fails. 200 requests a second make 125 handshakes for each certificate, which is shown for
 * two and a half seconds. {@code -Doracle}; with {@code -Dsoak} there are fifty rotations.
 */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@Isolated
class RotationSidecarOracleIT {
  private static final int ROTATIONS = System.getProperty("soak") == null ? 5 : 50;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int REQUESTS_PER_SECOND = 200;
  private static final int WARM_REQUESTS = 1_000;
  private static final int REQUESTS_PER_CONNECTION = 4;
  private static final long HANDSHAKES_PER_CERTIFICATE =
      REQUESTS_PER_SECOND * Rotation.PACE.toMillis() / 1000 / REQUESTS_PER_CONNECTION;

  /**
   * What may be missing at the rate, in percent. Requests that are late are caught up, so this is
   * the time that catching up takes in the end: half a second of the shortest run.
   */
  private static final int TOLERANCE = 5;

  private static final String SECURED = "inmesh_inbound_connections_total{kind=\"tls\"}";
  private static final String RESUMED = "inmesh_inbound_sessions_resumed_total";

  private final HttpClient http = HttpClient.newHttpClient();

  @ParameterizedTest(name = "sessions resumed: {0}")
  @ValueSource(booleans = {false, true})
  void renewedCertificatesAndANewRootCostNoRequest(boolean resumption) throws Exception {
    Sidecar.Manner manner = new Sidecar.Manner(false, REQUESTS_PER_CONNECTION, resumption, false);
    String brief = "certificate-life=" + Rotation.LIFE.toSeconds() + "s";
    try (SidecarMesh mesh = new SidecarMesh();
        Upstream bare = Upstream.start("bare")) {
      ForkedServer shop = mesh.server(TomcatServer.class, "shop", brief);
      ForkedClient web = mesh.client(OkClient.class, "web", brief);
      try (Sidecar toShop = mesh.towards("shop", shop.port(), manner);
          Sidecar beforeBare = mesh.before("bare", bare.port(), manner)) {
        mesh.mesh().folder().secured("bare", beforeBare.port(), "bare");
        mesh.mesh()
            .folder()
            .routes(
                "bare",
                """
                - route: [{destination: {host: bare.test.svc.cluster.local}}]
                  retries: {attempts: 0}
                """);
        URI items = URI.create("http://127.0.0.1:" + toShop.port() + "/items");
        ClientCall call = ClientCall.get("http://bare:8080/");
        await("in").atMost(LONG).until(() -> ask(items).get().equals("hello"));
        await("out").atMost(LONG).until(() -> web.send(call).text().equals("bare"));
        // Code that is compiled only under load would be a load of its own.
        try (SteadyLoad in = in(items);
            SteadyLoad out = out(web, call)) {
          await("warm").atMost(LONG).until(() -> Math.min(in.sent(), out.sent()) >= WARM_REQUESTS);
        }

        Rotation rotation = new Rotation(mesh, toShop, beforeBare, shop, web);
        Counters before = new Counters(mesh.mesh().admin(shop, "/stats/prometheus"));
        SteadyLoad in = in(items);
        SteadyLoad out = out(web, call);
        try (in;
            out) {
          rotation.run(ROTATIONS);
        }

        Counters after = new Counters(mesh.mesh().admin(shop, "/stats/prometheus"));
        System.out.printf("resumption %s, %d rotations%n", resumption, rotation.rotations());
        print("in", in, rotation.in());
        print("out", out, rotation.out());
        long seen = after.of(SECURED) - before.of(SECURED);
        long resumed = after.of(RESUMED) - before.of(RESUMED);
        System.out.printf("  the server's own view: %d handshakes, %d resumed%n", seen, resumed);
        assertThat(in.failures()).as("in; %s", shop.log()).isEmpty();
        assertThat(out.failures()).as("out; %s", web.log()).isEmpty();
        assertServed(in, rotation.in(), resumption);
        assertServed(out, rotation.out(), resumption);
        assertThat(seen).isGreaterThanOrEqualTo(nearly(in.sent() / REQUESTS_PER_CONNECTION));
        if (resumption) {
          // Not all: a ticket of TLS 1.3 serves once, and the next comes with a later answer.
          assertThat(resumed)
              .as("those that Envoy has counted")
              .isGreaterThanOrEqualTo(rotation.in().resumed().getSum());
        } else {
          assertThat(resumed).isZero();
        }
      }
    }
  }

  private static void assertServed(SteadyLoad load, HandshakeCount count, boolean resumption) {
    assertThat(load.rate()).as("requests/s").isGreaterThanOrEqualTo(nearly(REQUESTS_PER_SECOND));
    double full = count.full().getAverage();
    double resumed = count.resumed().getAverage();
    assertThat(Math.round(full + resumed))
        .as("handshakes a certificate")
        .isGreaterThanOrEqualTo(nearly(HANDSHAKES_PER_CERTIFICATE));
    assertThat(count.full().getMin()).as("full ones at each certificate").isPositive();
    if (resumption) {
      assertThat(count.resumed().getMin()).as("resumed ones at each certificate").isPositive();
    } else {
      assertThat(count.resumed().getMax()).as("none is resumed").isZero();
    }
  }

  private static long nearly(long wanted) {
    return wanted * (100 - TOLERANCE) / 100;
  }

  private SteadyLoad in(URI page) {
    return SteadyLoad.of(() -> ask(page), "hello", REQUESTS_PER_SECOND);
  }

  private static SteadyLoad out(ForkedClient web, ClientCall call) {
    return SteadyLoad.of(
        () -> web.start(call).thenApply(ClientAnswer::text), "bare", REQUESTS_PER_SECOND);
  }

  private static void print(String direction, SteadyLoad load, HandshakeCount count) {
    System.out.printf(
        "  %s: %d requests, %d/s, %d failed; a certificate: %.0f full handshakes (%d to %d), %.0f"
            + " resumed (%d to %d)%n",
        direction,
        load.sent(),
        load.rate(),
        load.failures().size(),
        count.full().getAverage(),
        count.full().getMin(),
        count.full().getMax(),
        count.resumed().getAverage(),
        count.resumed().getMin(),
        count.resumed().getMax());
  }

  private CompletableFuture<String> ask(URI page) {
    return http.sendAsync(
            HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }
}
