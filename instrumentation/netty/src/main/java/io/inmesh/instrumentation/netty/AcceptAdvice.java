package io.inmesh.instrumentation.netty;

import io.inmesh.instrumentation.api.InboundMesh;
import io.netty.channel.Channel;
import io.netty.channel.socket.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/** Where a channel is made for what a port of the app has accepted. */
final class AcceptAdvice {
  private final InboundMesh mesh;

  AcceptAdvice(InboundMesh mesh) {
    this.mesh = mesh;
  }

  /**
   * End of {@code AbstractChannel.<init>}: before any handler of the app, whichever acceptor it
   * uses. The channel is half built; nothing but its pipeline may be touched.
   */
  void accepted(Channel channel, @Nullable Channel parent) {
    if (parent instanceof ServerSocketChannel) {
      channel.pipeline().addFirst(AcceptHandler.NAME, new AcceptHandler(mesh));
    }
  }
}
