package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guard at accept: what becomes of a server that no module covers. */
class UncoveredServerIT {
  private static final Duration LONG = Duration.ofSeconds(20);

  @ParameterizedTest
  @ValueSource(classes = {UncoveredServer.class, AsynchronousServer.class})
  void itIsReachedInClearOnlyWherePolicyAsksForNothing(Class<?> server) throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      ForkedServer app =
          mesh.server(Jdks.running(), AppClassPath.ofTheTests(), server.getName(), "bare", 0);
      await("permissive").atMost(LONG).until(() -> serves(app));

      mesh.folder().mutualTls("bare", "STRICT");
      await("strict").atMost(LONG).until(() -> !serves(app));
      assertThat(mesh.admin(app, "/coverage")).contains("port " + app.port());

      mesh.folder().mutualTls("bare", "DISABLE");
      await("disabled").atMost(LONG).until(() -> serves(app));

      mesh.folder().authorization("bare", "nobody", "DENY", "[{}]");
      await("denied").atMost(LONG).until(() -> !serves(app));
    }
  }

  private static boolean serves(ForkedServer app) {
    try (Wire wire = Wire.plain(app.port())) {
      return wire.get("/").text().equals("hello");
    } catch (IOException closed) {
      return false;
    }
  }
}
