package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundConnection;
import java.util.Set;
import org.apache.tomcat.util.collections.SynchronizedStack;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketProperties;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint takes its channels from: one of the mesh for the connection that its acceptor
 * is about to hand over, else what Tomcat kept itself.
 */
final class ChannelStack extends SynchronizedStack<NioChannel> {
  /** How many channels of the mesh are kept for further connections. */
  private static final int KEPT = 256;

  private final @Nullable SynchronizedStack<NioChannel> ofTomcat;
  private final Set<String> spoken;
  private final SynchronizedStack<MeshChannel> idle =
      new SynchronizedStack<>(SynchronizedStack.DEFAULT_SIZE, KEPT);
  private @Nullable NioChannel next;

  /**
   * @param ofTomcat null where it keeps no channels
   * @param spoken what the connector speaks
   */
  ChannelStack(@Nullable SynchronizedStack<NioChannel> ofTomcat, Set<String> spoken) {
    super(1, 1);
    this.ofTomcat = ofTomcat;
    this.spoken = spoken;
  }

  Set<String> spoken() {
    return spoken;
  }

  /** Gets a channel ready; called by the acceptor right before it takes it. */
  synchronized void prepare(NioEndpoint endpoint, InboundConnection connection) {
    if (endpoint.isSSLEnabled()) {
      next = new OwnTlsChannel(buffers(endpoint), endpoint, connection);
      return;
    }
    MeshChannel channel = idle.pop();
    if (channel == null) {
      channel = new MeshChannel(buffers(endpoint), endpoint);
    }
    channel.accepted(connection);
    next = channel;
  }

  private static SocketBufferHandler buffers(NioEndpoint endpoint) {
    SocketProperties properties = endpoint.getSocketProperties();
    return new SocketBufferHandler(
        properties.getAppReadBufSize(),
        properties.getAppWriteBufSize(),
        properties.getDirectBuffer());
  }

  @Override
  public synchronized @Nullable NioChannel pop() {
    NioChannel prepared = next;
    next = null;
    return prepared != null || ofTomcat == null ? prepared : ofTomcat.pop();
  }

  @Override
  public synchronized boolean push(NioChannel channel) {
    if (channel instanceof MeshChannel ours) {
      ours.ended();
      return ours.inClear() && idle.push(ours);
    }
    if (channel instanceof OwnTlsChannel) {
      return false;
    }
    return ofTomcat != null && ofTomcat.push(channel);
  }

  @Override
  public synchronized void clear() {
    idle.clear();
    if (ofTomcat != null) {
      ofTomcat.clear();
    }
  }
}
