package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundMesh;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/** Where an acceptor thread hands a connection to its endpoint. */
final class AcceptAdvice {
  private final InboundMesh mesh;
  private final Gate gate;
  private final Internals internals;

  AcceptAdvice(InboundMesh mesh, Gate gate, Internals internals) {
    this.mesh = mesh;
    this.gate = gate;
    this.internals = internals;
  }

  /**
   * {@code NioEndpoint.setSocketOptions(SocketChannel)}: has the endpoint take a channel of the
   * mesh for this connection; null lets it go on.
   *
   * @throws IOException where the connection had to be closed instead
   */
  @Nullable Object accepted(NioEndpoint endpoint, SocketChannel socket) throws IOException {
    try {
      gate.pass(endpoint);
      if (socket.getLocalAddress() instanceof InetSocketAddress local
          && socket.getRemoteAddress() instanceof InetSocketAddress remote) {
        ChannelStack channels = channels(endpoint);
        InboundConnection connection =
            mesh.accepted(local, remote, channels.spoken(), new Closer(socket));
        if (connection != null) {
          channels.prepare(endpoint, connection);
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      internals.destroySocket(endpoint, socket);
      throw e;
    }
  }

  private ChannelStack channels(NioEndpoint endpoint) {
    if (internals.channels(endpoint) instanceof ChannelStack ours) {
      return ours;
    }
    ChannelStack fresh =
        new ChannelStack(
            internals.channels(endpoint), Spoken.by(endpoint, internals.protocol(endpoint)));
    internals.setChannels(endpoint, fresh);
    return fresh;
  }
}
