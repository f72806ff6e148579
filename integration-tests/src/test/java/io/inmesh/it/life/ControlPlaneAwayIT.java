package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ClientAnswer;
import io.inmesh.instrumentation.testing.ClientCall;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Upstream;
import io.inmesh.it.client.JdkClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Days on which the control plane is away, or says what nobody expects. */
class ControlPlaneAwayIT {
  private static final String REGISTRY_ONLY = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n";

  /** The first call alone may wait ten seconds for its configuration where others load the CPUs. */
  private static final Duration LONG = Duration.ofSeconds(40);

  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
          .lines()
          .flatMap(line -> java.util.Arrays.stream(line.split(java.io.File.pathSeparator)))
          .filter(element -> element.contains("test-classes") || element.contains("testing"))
          .reduce((a, b) -> a + java.io.File.pathSeparator + b)
          .orElseThrow();

  @Test
  void aHostNeverCalledBeforeIsAnsweredFromThePrefetchedEndpoints() throws Exception {
    try (TestMesh mesh = new TestMesh(TestMesh.repository())) {
      Upstream called = mesh.upstream("called");
      Upstream never = mesh.upstream("never");
      mesh.folder().service("called", called);
      mesh.folder().service("never", never);
      ForkedClient app = mesh.app(Jdks.running(), CLASS_PATH, JdkClient.class.getName());
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(app.send(ClientCall.get("http://called:8080/")).text())
                      .isEqualTo("called"));
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(mesh.admin(app, "/clusters"))
                      .contains("outbound|8080||never.test.svc.cluster.local\n  127.0.0.1:"));
      mesh.controlPlane().kill();

      assertThat(app.send(ClientCall.get("http://never:8080/")).text()).isEqualTo("never");
    }
  }

  @Test
  void theControlPlaneIsRestartedUnderTrafficWithoutAFailedCall() throws Exception {
    try (TestMesh mesh = new TestMesh(TestMesh.repository())) {
      Upstream v1 = mesh.upstream("v1");
      Upstream v2 = mesh.upstream("v2");
      mesh.folder().service("catalog", v1);
      ForkedClient app = mesh.app(Jdks.running(), CLASS_PATH, JdkClient.class.getName());
      ClientCall call = ClientCall.get("http://catalog:8080/");
      await().atMost(LONG).untilAsserted(() -> assertThat(app.send(call).text()).isEqualTo("v1"));
      mesh.restartControlPlane();
      for (int i = 0; i < 100; i++) {
        assertThat(app.send(call).status()).isEqualTo(200);
      }
      mesh.folder().service("catalog", v2);

      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                ClientAnswer answer = app.send(call);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("v2");
              });
    }
  }

  @Test
  void underRegistryOnlyAnUnknownHostIsRefused() throws Exception {
    try (TestMesh mesh = new TestMesh(TestMesh.repository(), REGISTRY_ONLY)) {
      Upstream known = mesh.upstream("known");
      mesh.folder().service("known", known);
      Path java = Jdks.running();
      ForkedClient app = mesh.app(java, CLASS_PATH, JdkClient.class.getName());
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(app.send(ClientCall.get("http://known:8080/")).text())
                      .isEqualTo("known"));

      assertThat(app.send(ClientCall.get("http://unknown.example:8080/")).status()).isEqualTo(502);
      assertThat(app.send(ClientCall.get("http://unknown.example:9999/")).failure())
          .contains("ConnectException");
      assertThat(app.send(ClientCall.get("https://unknown.example:443/")).failure())
          .contains("ConnectException");
    }
  }
}
