package io.inmesh.instrumentation.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.instrumentation.api.AcceptGuard;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class AcceptAdviceTest {
  private final CompletableFuture<Object> configured = new CompletableFuture<>();
  private volatile boolean allows;

  private final AcceptAdvice advice =
      new AcceptAdvice(
          new AcceptGuard() {
            @Override
            public boolean allows(InetSocketAddress local, InetSocketAddress remote) {
              return allows;
            }

            @Override
            public CompletionStage<?> decidable(InetSocketAddress local, InetSocketAddress remote) {
              return configured;
            }
          },
          internals());

  @Test
  void aBlockingAcceptHoldsTheConnectionUntilThereIsAPolicy() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket peer = new Socket(server.getInetAddress(), server.getLocalPort())) {
      Socket accepted = server.accept();
      CompletableFuture<Socket> handed = CompletableFuture.supplyAsync(() -> advised(accepted));
      assertThat(handed).isNotDone();

      allows = true;
      configured.complete(null);

      assertThat(handed.get()).isSameAs(accepted);
      peer.getOutputStream().write(7);
      assertThat(accepted.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void aConnectionThatThePolicyRefusesIsEndedAndHandedOver() throws Exception {
    configured.complete(null);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket peer = new Socket(server.getInetAddress(), server.getLocalPort())) {
      Socket accepted = advised(server.accept());

      assertThat(peer.getInputStream().read()).isEqualTo(-1);
      InputStream in = accepted.getInputStream();
      assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
      accepted.close();
    }
  }

  private Socket advised(Socket accepted) {
    try {
      advice.socket(this, accepted);
      return accepted;
    } catch (IOException e) {
      throw new LinkageError("no such lookup", e);
    }
  }

  /** With the access that the lookup of a woven class has. */
  private static SocketInternals internals() {
    try {
      Field all = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
      all.setAccessible(true);
      return new SocketInternals((MethodHandles.Lookup) all.get(null));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no such lookup", e);
    }
  }
}
