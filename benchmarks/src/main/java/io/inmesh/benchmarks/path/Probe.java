package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import io.inmesh.tls.ClientTls;
import io.inmesh.tls.TlsVersions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** Sees that a server's port is what is to be measured. */
final class Probe {
  private static final int LIMIT_MILLIS = 10_000;

  private Probe() {}

  /** A plaintext request must get no answer of the app. */
  static void requireStrict(int port) {
    requireTls(port);
    try (Socket socket = connect(port)) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (answer.startsWith("HTTP/1.1 200")) {
        throw new Failure("the server with the agent takes plaintext though it may not");
      }
    } catch (IOException refused) {
      // As it should be.
    }
  }

  /** The mesh's TLS must be spoken. */
  static void requireTls(int port) {
    try (Socket plain = connect(port)) {
      String name = "outbound_.8080_._." + Services.host("target");
      ClientTls tls = ClientTls.unverified(Optional::empty, name, TlsVersions.ISTIO);
      try (SSLSocket socket =
          (SSLSocket)
              tls.context().getSocketFactory().createSocket(plain, "127.0.0.1", port, true)) {
        tls.prepare(socket, List.of("istio"));
        socket.startHandshake();
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new Failure("the server with the agent speaks no TLS: " + e, e);
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(LIMIT_MILLIS);
    return socket;
  }
}
