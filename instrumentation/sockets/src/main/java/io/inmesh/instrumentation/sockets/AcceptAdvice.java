package io.inmesh.instrumentation.sockets;

import io.inmesh.instrumentation.api.AcceptGuard;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * After the JDK has accepted a connection. One that is refused is closed and handed over: to the
 * app its peer has gone, which every server lives with.
 */
final class AcceptAdvice {
  private final AcceptGuard guard;
  private final SocketInternals internals;

  AcceptAdvice(AcceptGuard guard, SocketInternals internals) {
    this.guard = guard;
    this.internals = internals;
  }

  /** {@code ServerSocket.implAccept(Socket)}, by which every server socket accepts. */
  void socket(Object server, Socket accepted) throws IOException {
    if (accepted.getLocalSocketAddress() instanceof InetSocketAddress here
        && accepted.getRemoteSocketAddress() instanceof InetSocketAddress there) {
      // The app itself has blocked this thread.
      guard.decidable(here, there).toCompletableFuture().join();
    }
    if (isRefused(accepted.getLocalSocketAddress(), accepted.getRemoteSocketAddress())) {
      internals.disconnect(accepted);
    }
  }

  /** {@code ServerSocketChannelImpl.finishAccept}. */
  SocketChannel channel(SocketChannel accepted) throws IOException {
    if (isRefused(accepted.getLocalAddress(), accepted.getRemoteAddress())) {
      accepted.close();
    }
    return accepted;
  }

  /** {@code UnixAsynchronousServerSocketChannelImpl.finishAccept}. */
  AsynchronousSocketChannel asynchronousChannel(AsynchronousSocketChannel accepted)
      throws IOException {
    if (isRefused(accepted.getLocalAddress(), accepted.getRemoteAddress())) {
      accepted.close();
    }
    return accepted;
  }

  private boolean isRefused(@Nullable SocketAddress local, @Nullable SocketAddress remote) {
    return local instanceof InetSocketAddress here
        && remote instanceof InetSocketAddress there
        && !guard.allows(here, there);
  }
}
