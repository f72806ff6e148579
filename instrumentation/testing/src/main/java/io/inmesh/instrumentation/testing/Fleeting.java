package io.inmesh.instrumentation.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that ends each connection after one answer, and does not say so in the answer. */
final class Fleeting implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nfleeting".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final AtomicInteger open = new AtomicInteger();

  private Fleeting(ServerSocket server) {
    this.server = server;
  }

  static Fleeting start() throws IOException {
    Fleeting fleeting = new Fleeting(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread thread = new Thread(fleeting::serve, "fleeting");
    thread.setDaemon(true);
    thread.start();
    return fleeting;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Whether every connection that was made has been ended. */
  boolean hasEndedAll() {
    return open.get() == 0;
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        serveOne();
      } catch (IOException gone) {
        // The client's affair, or the end of the server.
      }
    }
  }

  private void serveOne() throws IOException {
    Socket socket = server.accept();
    open.incrementAndGet();
    try (socket) {
      answer(socket);
    } finally {
      // After its end.
      open.decrementAndGet();
    }
  }

  private static void answer(Socket socket) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty()) {
        socket.getOutputStream().write(ANSWER);
        return;
      }
    }
    throw new IOException("no whole request");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
