package io.inmesh.instrumentation.sockets;

import io.inmesh.instrumentation.api.ConnectionGuard;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Before the JDK connects an asynchronous channel. One that is refused fails as if nobody listened:
 * the channel is closed, and the future or the handler told.
 */
final class AsynchronousConnectAdvice {
  private final ConnectionGuard guard;
  private final MethodHandle tell;

  /**
   * @param site lookup of any class of the JDK's base module
   */
  AsynchronousConnectAdvice(ConnectionGuard guard, MethodHandles.Lookup site)
      throws ReflectiveOperationException {
    this.guard = guard;
    Class<?> invoker =
        Class.forName("sun.nio.ch.Invoker", false, site.lookupClass().getClassLoader());
    // On a thread of the channel's group, where the app expects it.
    this.tell =
        MethodHandles.privateLookupIn(invoker, site)
            .findStatic(
                invoker,
                "invokeIndirectly",
                MethodType.methodType(
                    void.class,
                    AsynchronousChannel.class,
                    CompletionHandler.class,
                    Object.class,
                    Object.class,
                    Throwable.class));
  }

  /** {@code UnixAsynchronousSocketChannelImpl.implConnect}; null lets the JDK connect. */
  @Nullable Object connect(
      AsynchronousSocketChannel channel,
      @Nullable SocketAddress address,
      @Nullable Object attachment,
      @Nullable CompletionHandler<?, ?> handler)
      throws Throwable {
    if (!(address instanceof InetSocketAddress internet)) {
      return null;
    }
    try {
      guard.connecting(internet);
      return null;
    } catch (IOException refusal) {
      channel.close();
      if (handler != null) {
        tell.invoke((AsynchronousChannel) channel, handler, attachment, null, refusal);
      }
      return CompletableFuture.failedFuture(refusal);
    }
  }
}
