package io.inmesh.instrumentation.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.instrumentation.api.AcceptGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
          });

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
      assertThat(accepted.isClosed()).isFalse();
      assertThat(peer.isConnected()).isTrue();
    }
  }

  @Test
  void aConnectionThatThePolicyRefusesIsClosedAndHandedOver() throws Exception {
    configured.complete(null);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket peer = new Socket(server.getInetAddress(), server.getLocalPort())) {
      Socket accepted = advised(server.accept());

      assertThat(accepted.isClosed()).isTrue();
      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
  }

  private Socket advised(Socket accepted) {
    try {
      return advice.socket(accepted);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
