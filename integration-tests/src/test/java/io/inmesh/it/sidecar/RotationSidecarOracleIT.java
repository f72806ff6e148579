package io.inmesh.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Upstream;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.server.TomcatServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Certificates of five seconds at apps under the agent and at their Envoy sidecars, and one change
 * of the root, under load in both directions on connections that are closed after four requests: no
 * request fails. {@code -Doracle}; with {@code -Dsoak} there are fifty rotations.
 */
@EnabledIfSystemProperty(named = "oracle", matches = ".*")
@Execution(ExecutionMode.SAME_THREAD)
class RotationSidecarOracleIT {
  private static final int ROTATIONS = System.getProperty("soak") == null ? 5 : 50;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int REQUESTS_PER_SECOND = 200;
  private static final int WARM_REQUESTS = 1_000;
  private static final int REQUESTS_PER_CONNECTION = 4;

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
        SteadyLoad in = in(items);
        SteadyLoad out = out(web, call);
        try (in;
            out) {
          rotation.run(ROTATIONS);
        }

        System.out.printf("resumption %s, %d rotations%n", resumption, rotation.rotations());
        print("in", in, toShop);
        print("out", out, beforeBare);
        assertThat(in.failures()).as("in; %s", shop.log()).isEmpty();
        assertThat(out.failures()).as("out; %s", web.log()).isEmpty();
        for (Sidecar sidecar : List.of(toShop, beforeBare)) {
          assertThat(sidecar.stat("ssl.handshake"))
              .isGreaterThanOrEqualTo(in.sent() / REQUESTS_PER_CONNECTION);
          assertThat(sidecar.stat("ssl.session_reused") > 0).isEqualTo(resumption);
        }
      }
    }
  }

  private SteadyLoad in(URI page) {
    return SteadyLoad.of(() -> ask(page), "hello", REQUESTS_PER_SECOND);
  }

  private static SteadyLoad out(ForkedClient web, ClientCall call) {
    return SteadyLoad.of(
        () -> web.start(call).thenApply(ClientAnswer::text), "bare", REQUESTS_PER_SECOND);
  }

  private static void print(String direction, SteadyLoad load, Sidecar sidecar) throws IOException {
    System.out.printf(
        "  %s: %d requests, %d/s, %d failed; %d handshakes, %d of them resumed%n",
        direction,
        load.sent(),
        load.rate(),
        load.failures().size(),
        sidecar.stat("ssl.handshake"),
        sidecar.stat("ssl.session_reused"));
  }

  private CompletableFuture<String> ask(URI page) {
    return http.sendAsync(
            HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }
}
