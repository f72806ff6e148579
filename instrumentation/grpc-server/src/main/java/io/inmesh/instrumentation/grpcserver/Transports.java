package io.inmesh.instrumentation.grpcserver;

import io.grpc.Attributes;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundMesh;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/** From a call to the channel that carries it, through the attributes of its transport. */
final class Transports {
  private static final AttributeKey<InboundConnection> CONNECTION =
      AttributeKey.valueOf(InboundConnection.class.getName());

  private final Attributes.Key<Channel> key = Attributes.Key.create("inmesh-channel");
  private final InboundMesh mesh;

  Transports(InboundMesh mesh) {
    this.mesh = mesh;
  }

  /** Whether anything is refused at all. */
  boolean acts() {
    return mesh.acts();
  }

  /** The attributes with the channel in them. */
  Attributes with(Attributes attributes, Channel channel) {
    return attributes.toBuilder().set(key, channel).build();
  }

  /** The channel of a call; null where a filter of the app has thrown it away. */
  @Nullable Channel channel(Attributes attributes) {
    return attributes.get(key);
  }

  /**
   * The connection of a channel, null where the mesh has nothing to do with it. Known when the
   * channel is active, which is later than a transport is ready.
   */
  @Nullable InboundConnection connection(Channel channel) {
    return channel.attr(CONNECTION).get();
  }
}
