package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A server whose mesh only observes: policy is told of, and nobody feels it. */
interface ObserveCases extends ServerCases {
  String OBSERVED = "observed";

  @Test
  default void whatIsOnlyObservedIsDecidedAndReachesTheAppUnchanged() throws IOException {
    try (ForkedServer observed = another(OBSERVED, 0, "mode=observe")) {
      mesh()
          .folder()
          .authorization(OBSERVED, OBSERVED, "DENY", "[{to: [{operation: {paths: ['/*']}}]}]");
      await("denied")
          .atMost(LONG)
          .until(
              () -> {
                assertThat(isServed(clear(observed.port()))).isTrue();
                return mesh()
                    .admin(observed, "/stats/prometheus")
                    .lines()
                    .filter(line -> line.startsWith("inmesh_rbac_total{"))
                    .anyMatch(line -> line.contains("result=\"denied\"") && !line.endsWith("} 0"));
              });
      try (Wire wire = clear(observed.port())) {
        assertThat(wire.get("/headers", "x-envoy-retry-on: claimed").text())
            .contains("claimed")
            .doesNotContain("x-request-id", "x-forwarded-proto");
        assertThat(wire.get("/headers").header("x-envoy-upstream-service-time")).isEmpty();
      }
      assertThat(mesh().admin(observed, "/explain?inbound=" + observed.port() + "&path=/items"))
          .contains("answered by the mesh: 403", "only observed");

      mesh().folder().mutualTls(OBSERVED, "STRICT");
      await("STRICT")
          .atMost(LONG)
          .until(
              () -> {
                assertThat(isServed(clear(observed.port()))).isTrue();
                return mesh().counter(observed, "inmesh_inbound_connections_total{kind=\"closed\"}")
                    > 0;
              });
      assertThat(mesh().admin(observed, "/explain?inbound=" + observed.port() + "&path=/items"))
          .contains("closed: ", "only observed");
      assertThat(isLeftAlone(observed)).as("TLS is the app's own affair").isTrue();
    } finally {
      mesh().folder().noAuthorization(OBSERVED);
    }
  }
}
