package io.inmesh.instrumentation.tomcat;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * Ends a connection from any thread: both directions are shut down, which the poller sees as the
 * end of the stream, so that Tomcat itself closes the socket and forgets what belongs to it.
 */
record Closer(SocketChannel socket) implements Runnable {
  @Override
  public void run() {
    try {
      socket.shutdownInput();
      socket.shutdownOutput();
    } catch (IOException closedAlready) {
      // Nothing is left to end.
    }
  }
}
