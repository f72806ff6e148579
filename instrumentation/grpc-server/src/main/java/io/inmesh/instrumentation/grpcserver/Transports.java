package io.inmesh.instrumentation.grpcserver;

import io.grpc.Attributes;
import io.inmesh.instrumentation.api.InboundConnection;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** From a call to the connection that carries it, through the attributes of its transport. */
final class Transports {
  /**
   * A transport.
   *
   * @param connection null where the mesh has nothing to do with it
   */
  record Transport(Channel channel, @Nullable InboundConnection connection) {}

  private final Attributes.Key<Transport> key = Attributes.Key.create("inmesh-transport");

  Attributes with(Attributes attributes, Transport transport) {
    return attributes.toBuilder().set(key, transport).build();
  }

  @Nullable Transport of(Attributes attributes) {
    return attributes.get(key);
  }
}
