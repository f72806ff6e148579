package io.inmesh.instrumentation.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port whose queue is full and that nobody takes connections of: further ones get no answer. */
final class Deaf implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 300;
  private static final int MOST = 64;

  private final ServerSocket server;
  private final List<Socket> queued = new ArrayList<>();

  private Deaf(ServerSocket server) {
    this.server = server;
  }

  static Deaf start() throws IOException {
    Deaf deaf = new Deaf(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    for (int i = 0; i < MOST; i++) {
      Socket socket = new Socket();
      deaf.queued.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), deaf.port()), PATIENCE_MILLIS);
      } catch (SocketTimeoutException full) {
        return deaf;
      }
    }
    deaf.close();
    throw new IOException("the queue of a port never fills");
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : queued) {
      socket.close();
    }
    server.close();
  }
}
