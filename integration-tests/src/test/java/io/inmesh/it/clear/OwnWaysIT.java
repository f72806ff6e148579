package io.inmesh.it.clear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxies and sockets that the app has configured: the mesh's TLS is below them or instead. */
class OwnWaysIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void noneOfThemLeadsIntoTheClear(@TempDir Path folder) throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository());
        Upstream proxy = Upstream.start("proxy");
        Vault vault = new Vault(mesh, folder)) {
      List<String> options = new ArrayList<>(vault.under(mesh.agentJar()));
      options.add("-D" + OwnWays.PROXY_PORT + "=" + proxy.port());
      // For clients that ask nobody but the JVM.
      options.add("-Dhttp.proxyHost=127.0.0.1");
      options.add("-Dhttp.proxyPort=" + proxy.port());
      try (ForkedClient app =
          new ForkedClient(
              Jdks.running(), options, AppClassPath.ofTheTests(), OwnWays.class.getName())) {
        vault.awaitKnown(app);
        for (OwnWays.Way way : OwnWays.Way.values()) {
          await(way.name())
              .atMost(LONG)
              .untilAsserted(
                  () -> Vault.assertSecured(app.send(vault.call(way.name(), "secret-of-" + way))));
        }
        assertThat(proxy.seen()).isEmpty();
        vault.assertUntold();
        assertThat(vault.seen()).doesNotContain("secret-of-");
      }
    }
  }
}
