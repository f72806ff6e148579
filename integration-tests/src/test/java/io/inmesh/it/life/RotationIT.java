package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.client.OkClient;
import io.inmesh.it.server.JdkServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Certificates of five seconds on both sides, under load, on connections that are closed after four
 * requests: a rotation costs nobody a request. {@code -Dsoak} sees fifty of them.
 */
@Execution(ExecutionMode.SAME_THREAD)
class RotationIT {
  private static final int ROTATIONS = System.getProperty("soak") == null ? 4 : 50;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Pattern SERIAL = Pattern.compile("\"serial_number\": ?\"([0-9a-f]+)\"");
  private static final long PAUSE_MILLIS = 50;
  private static final int AT_ONCE = 10;

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

      Set<String> serials = new LinkedHashSet<>();
      List<String> failures = new ArrayList<>();
      int sent = 0;
      long end = System.nanoTime() + Duration.ofSeconds(60L + 10L * ROTATIONS).toNanos();
      while (serials.size() <= 2 * ROTATIONS && System.nanoTime() - end < 0) {
        List<CompletableFuture<ClientAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          answers.add(client.start(++sent % 4 == 0 ? call.with("Connection", "close") : call));
        }
        for (CompletableFuture<ClientAnswer> answer : answers) {
          ClientAnswer got = answer.get();
          if (!got.text().equals("hello")) {
            failures.add(got.toString());
          }
        }
        serials.add(serial(mesh.admin(server, "/certs")));
        serials.add(serial(mesh.admin(client, "/certs")));
        Thread.sleep(PAUSE_MILLIS);
      }
      assertThat(failures).isEmpty();
      assertThat(serials).hasSizeGreaterThan(2 * ROTATIONS);
      assertThat(sent).isGreaterThan(100);
    }
  }

  /** Of the own certificate, which follows the roots. */
  private static String serial(String certs) {
    Matcher matcher = SERIAL.matcher(certs.substring(certs.indexOf("cert_chain")));
    assertThat(matcher.find()).as(certs).isTrue();
    return matcher.group(1);
  }
}
