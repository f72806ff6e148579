package io.inmesh.instrumentation.jdkhttpserver;

import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundMesh;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of all servers, from their first bytes to their end, and those whose exchange
 * runs on a thread. Thread-safe.
 */
final class Connections {
  private static final Set<String> SPOKEN = Set.of("http/1.1");

  private final InboundMesh mesh;
  private final Internals internals;
  private final IdentityMap<SocketChannel, MeshConnection> byChannel =
      new IdentityMap<>(unused -> {});
  private final ThreadLocal<@Nullable MeshConnection> here = new ThreadLocal<>();

  Connections(InboundMesh mesh, Internals internals) {
    this.mesh = mesh;
    this.internals = internals;
  }

  /** What the mesh has to do with a channel; null where that is nothing, or not known yet. */
  @Nullable MeshConnection get(SocketChannel channel) {
    return byChannel.get(channel);
  }

  /** What the mesh has to do with a connection whose turn has come. */
  MeshConnection of(Object server, Object connection, SocketChannel channel) throws IOException {
    MeshConnection known = byChannel.get(channel);
    if (known == null) {
      known = accepted(server, connection, channel);
      byChannel.put(channel, known);
    }
    return known;
  }

  private MeshConnection accepted(Object server, Object connection, SocketChannel channel)
      throws IOException {
    InboundConnection inbound =
        mesh.accepted(
            (InetSocketAddress) channel.getLocalAddress(),
            (InetSocketAddress) channel.getRemoteAddress(),
            SPOKEN,
            () -> internals.close(server, connection));
    return new MeshConnection(inbound, channel, server, connection);
  }

  /** The channel is closed. */
  void remove(SocketChannel channel) {
    MeshConnection gone = byChannel.remove(channel);
    if (gone != null) {
      gone.closed();
    }
  }

  /** The exchange that this thread runs is one of this connection, or, if null, it runs none. */
  void enter(@Nullable MeshConnection connection) {
    here.set(connection);
  }

  /** The connection whose exchange this thread runs. */
  @Nullable MeshConnection here() {
    return here.get();
  }
}
