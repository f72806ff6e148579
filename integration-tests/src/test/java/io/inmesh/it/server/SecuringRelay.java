package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.MeshCaller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes connections in clear and goes on with mutual TLS, as a caller's sidecar does. */
final class SecuringRelay implements AutoCloseable {
  private final ServerSocket accepting;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();

  SecuringRelay(MeshCaller caller, int target) throws IOException {
    accepting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(
        () -> {
          while (true) {
            Socket from = accepting.accept();
            open.add(from);
            accepted.incrementAndGet();
            Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(to);
            to.setTcpNoDelay(true);
            Socket secured = caller.secure(to);
            daemon(() -> copy(from, secured));
            daemon(() -> copy(secured, from));
          }
        });
  }

  int port() {
    return accepting.getLocalPort();
  }

  /** How many connections there were. */
  int accepted() {
    return accepted.get();
  }

  private static void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException ended) {
                // What it copied has been closed.
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    accepting.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
