package io.inmesh.instrumentation.sockets;

import io.inmesh.instrumentation.api.ConnectionGuard;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Before the JDK connects a socket. */
final class ConnectAdvice {
  private final ConnectionGuard guard;

  ConnectAdvice(ConnectionGuard guard) {
    this.guard = guard;
  }

  /** Asks the guard; null lets the JDK connect. Sockets of the file system are none of its. */
  @Nullable Object connect(Object socket, @Nullable SocketAddress address) throws IOException {
    if (address instanceof InetSocketAddress internet) {
      guard.connecting(internet);
    }
    return null;
  }
}
