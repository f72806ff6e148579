package io.inmesh.instrumentation.jdkhttpserver;

import java.nio.channels.SocketChannel;

/** What a thread of the server's executor does for a connection: our part, then the library's. */
final class Turn implements Runnable {
  private final ConnectionAdvice advice;
  private final Runnable exchange;
  private final Object server;
  private final Object connection;
  private final SocketChannel channel;

  /**
   * @param exchange the library's {@code Exchange}
   * @param server the library's {@code ServerImpl}
   * @param connection the library's {@code HttpConnection}
   */
  Turn(
      ConnectionAdvice advice,
      Runnable exchange,
      Object server,
      Object connection,
      SocketChannel channel) {
    this.advice = advice;
    this.exchange = exchange;
    this.server = server;
    this.connection = connection;
    this.channel = channel;
  }

  @Override
  public void run() {
    if (begins()) {
      try {
        exchange.run();
      } finally {
        advice.end();
      }
    }
  }

  private boolean begins() {
    try {
      return advice.begin(server, connection, channel);
    } catch (RuntimeException | Error failure) {
      // Nobody else would: to the library the connection is in good hands.
      advice.close(server, connection);
      throw failure;
    }
  }
}
