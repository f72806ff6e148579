package io.inmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StrangerTest {
  private final ServerSocket server;

  StrangerTest() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void tellsAnAnswerFromAnEnd() {
    answer("HTTP/1.1 200 OK\r\n\r\n");
    assertThat(new Stranger(server.getLocalPort()).ask("/", "test")).contains("HTTP/1.1 200 OK");

    answer("");
    assertThat(new Stranger(server.getLocalPort()).ask("/", "test")).isEmpty();
  }

  @Test
  void seesNoCertificateWhereNobodySpeaksTls() {
    answer("HTTP/1.1 400 Bad Request\r\n\r\n");

    assertThat(ShownCertificate.at(server.getLocalPort())).isEmpty();
  }

  private void answer(String text) {
    Thread serving =
        new Thread(
            () -> {
              try (Socket socket = server.accept();
                  OutputStream out = socket.getOutputStream()) {
                socket.getInputStream().read(new byte[1024]);
                out.write(text.getBytes(StandardCharsets.US_ASCII));
              } catch (IOException e) {
                // The test has seen enough.
              }
            });
    serving.setDaemon(true);
    serving.start();
  }
}
