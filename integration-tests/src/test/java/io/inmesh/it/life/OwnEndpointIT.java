package io.inmesh.it.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.server.JdkServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A workload that takes the mesh's TLS, of which the registry does not know that. */
class OwnEndpointIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String WARNING = "peers will send plaintext to the own endpoint 127.0.0.1:";

  @Test
  void theAppsLogSaysThatPeersWillSpeakInClear() throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      ForkedServer app =
          mesh.server(
              Jdks.running(), AppClassPath.ofTheTests(), JdkServer.class.getName(), "shop", 0);
      mesh.folder()
          .write(
              "workload-shop",
              """
              apiVersion: networking.istio.io/v1
              kind: WorkloadEntry
              metadata: {name: shop, namespace: test}
              spec:
                address: 127.0.0.1
                serviceAccount: shop
                labels: {app: shop, security.istio.io/tlsMode: disabled}
              """);

      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(app.log())
                      .anyMatch(
                          line ->
                              line.contains(WARNING + app.port())
                                  && line.contains("outbound|8080||shop.test.svc.cluster.local")));
      assertThat(app.log()).filteredOn(line -> line.contains(WARNING)).hasSize(1);
    }
  }
}
