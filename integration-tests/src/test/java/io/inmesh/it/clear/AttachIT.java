package io.inmesh.it.clear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.tools.attach.VirtualMachine;
import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedClient;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryClient;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.it.client.JdkClient;
import io.inmesh.it.client.OkClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that is attached to an app whose pool has connections in clear: none is used again. */
class AttachIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String SETTING = "-Dinmesh.";

  @ParameterizedTest
  @ValueSource(classes = {JdkClient.class, OkClient.class})
  void openConnectionsInClearAreLeft(Class<? extends LibraryClient> client, @TempDir Path folder)
      throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository());
        Vault vault = new Vault(mesh, folder);
        ForkedClient app =
            new ForkedClient(
                Jdks.running(), vault.bare(), AppClassPath.ofTheTests(), client.getName())) {
      Vault.assertClear(app.send(vault.call("GET", "secret-before")));
      assertThat(vault.seen()).contains("secret-before");

      attach(mesh, vault, app);

      for (int i = 0; i < 10; i++) {
        app.send(vault.call("GET", "secret-after"));
      }
      await()
          .atMost(LONG)
          .untilAsserted(() -> Vault.assertSecured(app.send(vault.call("GET", "secret-after"))));
      assertThat(vault.seen()).doesNotContain("secret-after");
    }
  }

  private static void attach(TestMesh mesh, Vault vault, ForkedClient app) throws Exception {
    String settings =
        vault.under(mesh.agentJar()).stream()
            .filter(option -> option.startsWith(SETTING))
            .map(option -> option.substring(SETTING.length()))
            .collect(Collectors.joining(";"));
    VirtualMachine machine = VirtualMachine.attach(Long.toString(app.pid()));
    try {
      machine.loadAgent(mesh.agentJar().toString(), settings);
    } finally {
      machine.detach();
    }
  }
}
