package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guard at accept: what becomes of a server that no module covers. */
class UncoveredServerIT {
  private static final Duration LONG = Duration.ofSeconds(20);

  @ParameterizedTest
  @ValueSource(
      classes = {UncoveredServer.class, UncoveredTlsServer.class, AsynchronousServer.class})
  void itIsReachedInClearOnlyWherePolicyAsksForNothing(Class<?> server) throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      ForkedServer app =
          mesh.server(Jdks.running(), AppClassPath.ofTheTests(), server.getName(), "bare", 0);
      await("permissive").atMost(LONG).until(() -> serves(app, server));

      mesh.folder().mutualTls("bare", "STRICT");
      await("strict").atMost(LONG).until(() -> !serves(app, server));
      assertThat(mesh.admin(app, "/coverage")).contains("port " + app.port());

      mesh.folder().mutualTls("bare", "DISABLE");
      await("disabled").atMost(LONG).until(() -> serves(app, server));

      mesh.folder().authorization("bare", "nobody", "DENY", "[{}]");
      await("denied").atMost(LONG).until(() -> !serves(app, server));
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {UncoveredServer.class, UncoveredTlsServer.class, AsynchronousServer.class})
  void nothingReachesItBeforeThereIsAPolicy(Class<?> server) throws Exception {
    // Bound and not listening: no control plane can come to be there.
    SocketChannel away = SocketChannel.open();
    away.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    List<String> options =
        List.of(
            "-javaagent:" + TestMesh.repository().resolve("agent/target/inmesh-agent.jar"),
            "-Dinmesh.xds=http://127.0.0.1:" + away.socket().getLocalPort(),
            "-Dinmesh.workload=bare.test",
            "-Dinmesh.ip=127.0.0.1",
            "-Dinmesh.startup=fail",
            "-Dinmesh.admin=off",
            "-Dinmesh.telemetry=off");
    try (away;
        ForkedServer app =
            new ForkedServer(
                Jdks.running(), options, AppClassPath.ofTheTests(), server.getName(), 0)) {
      assertThat(serves(app, server)).isFalse();
      assertThat(serves(app, server)).isFalse();
    }
  }

  private static boolean serves(ForkedServer app, Class<?> server) {
    try (Wire wire = connect(app, server)) {
      return wire.get("/").text().equals("hello");
    } catch (GeneralSecurityException | IOException closed) {
      return false;
    }
  }

  private static Wire connect(ForkedServer app, Class<?> server)
      throws GeneralSecurityException, IOException {
    return server == UncoveredTlsServer.class
        ? new Wire(AnyServer.sockets().createSocket(InetAddress.getLoopbackAddress(), app.port()))
        : Wire.plain(app.port());
  }
}
