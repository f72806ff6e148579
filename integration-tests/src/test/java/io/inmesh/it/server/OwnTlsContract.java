package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerContract;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/** The contract of a library that an app may give TLS of its own. */
abstract class OwnTlsContract extends ServerContract {
  private static final int BIG = 3_000_000;

  /** The library, with TLS that the app has set up. */
  abstract Class<? extends LibraryServer> ownTls();

  @Test
  void tlsOfTheAppsOwnIsLeftAloneAndStandsInsideThatOfTheMesh() throws Exception {
    try (ForkedServer own = another(ownTls(), "own", 0)) {
      SSLSocketFactory tls = AnyServer.sockets();
      mesh().folder().served("own", own.port(), "HTTPS");
      await("https").atMost(LONG).until(() -> !isRefused(tls, own.port()));
      serves(tls.createSocket(InetAddress.getLoopbackAddress(), own.port()));

      mesh().folder().mutualTls("own", "STRICT");
      await("strict").atMost(LONG).until(() -> isRefused(tls, own.port()));
      try (Wire plain = Wire.plain(own.port())) {
        assertThat(plain.isRefused("/items")).isTrue();
      }
      try (SecuringRelay relay = new SecuringRelay(caller(), own.port())) {
        serves(tls.createSocket(InetAddress.getLoopbackAddress(), relay.port()));
      }
    }
  }

  private static void serves(Socket socket) throws IOException {
    try (Wire wire = new Wire(socket)) {
      assertThat(wire.get("/view").text()).contains("scheme=https secure=true");
      assertThat(wire.get("/big?" + BIG).body()).hasSize(BIG);
      assertThat(wire.post("/echo", new byte[BIG]).body()).hasSize(BIG);
      wire.send(Wire.head("GET", "/items") + Wire.head("GET", "/items"));
      assertThat(wire.read().text()).isEqualTo("hello");
      assertThat(wire.read().text()).isEqualTo("hello");
    }
  }

  private static boolean isRefused(SSLSocketFactory tls, int port) {
    try (Wire wire = new Wire(tls.createSocket(InetAddress.getLoopbackAddress(), port))) {
      return wire.get("/items").status() != 200;
    } catch (IOException refused) {
      return true;
    }
  }
}
