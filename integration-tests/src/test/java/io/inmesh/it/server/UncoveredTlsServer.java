package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;

/** The same over TLS of the app's own: its server socket accepts in a way of its own. */
public final class UncoveredTlsServer extends UncoveredServer {
  @Override
  protected ServerSocket bind(int port) throws IOException {
    return TestCa.stranger()
        .sign("own.example", "app", Instant.now().plus(Duration.ofHours(1)))
        .context()
        .getServerSocketFactory()
        .createServerSocket(port, 50, InetAddress.getLoopbackAddress());
  }
}
