package io.inmesh.instrumentation.netty;

import io.inmesh.instrumentation.api.ConnectionGuard;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.Label;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import io.inmesh.tls.ClientTls;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where a pipeline ends and a channel connects. On the channel's event loop. */
final class ConnectAdvice {
  private final Mesh mesh;
  private final ConnectionGuard guard;

  ConnectAdvice(Mesh mesh, ConnectionGuard guard) {
    this.mesh = mesh;
    this.guard = guard;
  }

  /**
   * {@code HeadContext.connect}: a label becomes the address that it stands for, with the mesh's
   * TLS where that asks for it; null lets Netty connect.
   *
   * @throws IOException fails the app's promise: nobody may connect there
   */
  @Nullable Object connect(
      Object head,
      ChannelHandlerContext context,
      @Nullable SocketAddress remote,
      @Nullable SocketAddress local,
      ChannelPromise promise)
      throws IOException {
    if (!(remote instanceof InetSocketAddress address)
        || !(context.channel() instanceof SocketChannel channel)) {
      return null;
    }
    String name = address.getHostString();
    if (Label.port(name) < 0) {
      // The JDK's own channels are guarded where the JDK connects them.
      if (!(channel instanceof AbstractNioChannel)) {
        guard.connecting(address);
      }
      return null;
    }
    LabelledHost target = mesh.labelled(name);
    if (target == null) {
      throw new ConnectException("the mesh no longer knows " + name);
    }
    long millis = limitTimeout(channel, name);
    ClientTls tls = target.tls().orElse(null);
    if (tls == null) {
      channel.unsafe().connect(target.address(), local, promise);
    } else if (promise.setUncancellable()) {
      connectOverTls(channel, target, tls, millis, local, promise);
    }
    return Hook.Skip.VOID;
  }

  /** The cluster's connect timeout where the app's is longer. */
  private static long limitTimeout(SocketChannel channel, String label) {
    int own = Label.connectMillis(label);
    int millis = channel.config().getConnectTimeoutMillis();
    if (own > 0 && (millis <= 0 || own < millis)) {
      channel.config().setConnectTimeoutMillis(own);
      return own;
    }
    return millis;
  }

  /** To the app the connection is there once its handshake has ended. */
  private static void connectOverTls(
      SocketChannel channel,
      LabelledHost target,
      ClientTls tls,
      long millis,
      @Nullable SocketAddress local,
      ChannelPromise promise) {
    TlsHandler handler =
        new TlsHandler(
            tls.engine(
                target.label(),
                target.address().getPort(),
                target.protocols(Spoken.by(channel.pipeline()))),
            new ClientHandshake(promise));
    channel.pipeline().addFirst(TlsHandler.NAME, handler);
    if (millis > 0) {
      Future<?> timeout =
          channel
              .eventLoop()
              .schedule(
                  () -> handler.fail(new ConnectTimeoutException("timed out: " + target.label())),
                  millis,
                  TimeUnit.MILLISECONDS);
      promise.addListener(done -> timeout.cancel(false));
    }
    ChannelPromise connected = channel.newPromise();
    connected.addListener(
        done -> {
          if (!done.isSuccess()) {
            promise.tryFailure(done.cause());
          }
        });
    channel.unsafe().connect(target.address(), local, connected);
  }
}
