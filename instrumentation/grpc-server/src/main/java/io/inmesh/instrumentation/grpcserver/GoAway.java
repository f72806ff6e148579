package io.inmesh.instrumentation.grpcserver;

import io.netty.channel.Channel;

/** How a connection of HTTP/2 is ended. */
final class GoAway {
  private GoAway() {}

  /** Tells the caller, and closes when the calls under way have ended; Netty's HTTP/2 waits. */
  static void on(Channel channel) {
    channel.eventLoop().execute(() -> channel.close());
  }
}
