package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.Counters;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.SteadyLoad;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.server.JdkServer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Certificates of five seconds on both sides, under load, on connections that are closed after four
 * requests: a rotation costs nobody a request. 200 requests a second make 125 handshakes in the two
 * and a half seconds for which a certificate is shown. {@code -Dsoak} sees fifty rotations.
 */
@Isolated
class RotationIT {
  private static final boolean SOAK = System.getProperty("soak") != null;
  private static final int ROTATIONS = SOAK ? 50 : 4;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Pattern SERIAL = Pattern.compile("\"serial_number\": ?\"([0-9a-f]+)\"");
  private static final String SECURED = "inmesh_inbound_connections_total{kind=\"tls\"}";
  private static final String RESUMED = "inmesh_inbound_sessions_resumed_total";
  private static final long LOOK_MILLIS = 500;
  private static final int REQUESTS_PER_SECOND = 200;
  private static final int REQUESTS_PER_CONNECTION = 4;
  private static final int WARM_REQUESTS = 1_000;

  /**
   * What may be missing at the rate, in percent: requests that are late are caught up, so this is
   * the time that catching up takes in the end.
   */
  private static final int TOLERANCE = 5;

  @Test
  void renewedCertificatesCostNoRequest() throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      String classPath = AppClassPath.ofTheTests();
      ForkedServer server =
          mesh.server(
              Jdks.running(),
              classPath,
              JdkServer.class.getName(),
              "shop",
              0,
              "certificate-life=5s");
      mesh.folder().mutualTls("shop", "STRICT");
      ForkedClient client =
          mesh.client(
              Jdks.running(), classPath, OkClient.class.getName(), "web", "certificate-life=5s");
      ClientCall call = ClientCall.get("http://shop:8080/items");
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(client.send(call).text()).isEqualTo("hello"));
      // Code that is compiled only under load would be a load of its own.
      try (SteadyLoad warm = load(client, call)) {
        Awaitility.await("warm").atMost(LONG).until(() -> warm.sent() >= WARM_REQUESTS);
      }

      Counters before = new Counters(mesh.admin(server, "/stats/prometheus"));
      Set<String> servers = new LinkedHashSet<>();
      Set<String> clients = new LinkedHashSet<>();
      SteadyLoad load = load(client, call);
      try (load) {
        long end = System.nanoTime() + Duration.ofSeconds(60L + 10L * ROTATIONS).toNanos();
        while (Math.min(servers.size(), clients.size()) <= ROTATIONS
            && System.nanoTime() - end < 0) {
          servers.add(serial(mesh.admin(server, "/certs")));
          clients.add(serial(mesh.admin(client, "/certs")));
          Thread.sleep(LOOK_MILLIS);
        }
      }
      Counters after = new Counters(mesh.admin(server, "/stats/prometheus"));

      long handshakes = after.of(SECURED) - before.of(SECURED);
      long resumed = after.of(RESUMED) - before.of(RESUMED);
      System.out.printf(
          "%d requests, %d/s; %d certificates at the server, %d at the client; %d handshakes, %d of"
              + " them resumed%n",
          load.sent(), load.rate(), servers.size(), clients.size(), handshakes, resumed);
      assertThat(load.failures()).isEmpty();
      assertThat(servers).hasSizeGreaterThan(ROTATIONS);
      assertThat(clients).hasSizeGreaterThan(ROTATIONS);
      // The short form is part of each build, beside whatever else the machine has to do.
      if (SOAK) {
        assertThat(load.rate()).isGreaterThanOrEqualTo(nearly(REQUESTS_PER_SECOND));
      }
      assertThat(handshakes).isGreaterThanOrEqualTo(nearly(load.sent() / REQUESTS_PER_CONNECTION));
      // Of several at once the JDK's client resumes one.
      assertThat(resumed).as("one for each certificate").isGreaterThanOrEqualTo(2L * ROTATIONS);
      assertThat(handshakes - resumed)
          .as("a full one for each certificate of either side")
          .isGreaterThanOrEqualTo(2L * ROTATIONS);
    }
  }

  private static SteadyLoad load(ForkedClient client, ClientCall call) {
    AtomicLong sent = new AtomicLong();
    ClientCall last = call.with("Connection", "close");
    return SteadyLoad.of(
        () ->
            client
                .start(sent.incrementAndGet() % REQUESTS_PER_CONNECTION == 0 ? last : call)
                .thenApply(ClientAnswer::text),
        "hello",
        REQUESTS_PER_SECOND);
  }

  private static long nearly(long wanted) {
    return wanted * (100 - TOLERANCE) / 100;
  }

  /** Of the own certificate, which follows the roots. */
  private static String serial(String certs) {
    Matcher matcher = SERIAL.matcher(certs.substring(certs.indexOf("cert_chain")));
    assertThat(matcher.find()).as(certs).isTrue();
    return matcher.group(1);
  }
}
