package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.ServerPages;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that no module covers: it answers each request head with a greeting and hangs up. */
public class UncoveredServer implements LibraryServer {
  @Override
  public int start(ServerPages pages, int port) throws IOException {
    ServerSocket server = bind(port);
    Thread accepting = new Thread(() -> acceptAll(server), "uncovered");
    accepting.start();
    return server.getLocalPort();
  }

  /** Its server socket, on loopback. */
  protected ServerSocket bind(int port) throws IOException {
    return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
  }

  private static void acceptAll(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = next(server)) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
          line = in.readLine();
        }
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello"
                    .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException gone) {
        // The peer, or the guard, has closed it.
      }
    }
  }

  /** A server may give up when it cannot accept, whatever became of one connection. */
  private static Socket next(ServerSocket server) {
    try {
      return server.accept();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
