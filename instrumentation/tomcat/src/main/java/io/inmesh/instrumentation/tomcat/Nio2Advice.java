package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundConnection;
import io.inmesh.instrumentation.api.InboundConnection.Verdict;
import io.inmesh.instrumentation.api.InboundMesh;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.tomcat.util.net.Nio2Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Guards the NIO2 connector, which the module does not cover: its connections are closed where
 * policy asks for TLS or decides about requests.
 */
final class Nio2Advice {
  private static final Set<String> SPOKEN = Set.of("http/1.1");

  private final InboundMesh mesh;
  private final Gate gate;
  private final Internals internals;

  Nio2Advice(InboundMesh mesh, Gate gate, Internals internals) {
    this.mesh = mesh;
    this.gate = gate;
    this.internals = internals;
  }

  /** {@code Nio2Endpoint.setSocketOptions(AsynchronousSocketChannel)}; null lets it go on. */
  @Nullable Object accepted(Nio2Endpoint endpoint, AsynchronousSocketChannel socket)
      throws IOException {
    try {
      gate.pass(endpoint);
      if (isAllowed(socket)) {
        return null;
      }
    } catch (IOException | RuntimeException e) {
      internals.destroySocket(endpoint, socket);
      throw e;
    }
    internals.destroySocket(endpoint, socket);
    return false;
  }

  private boolean isAllowed(AsynchronousSocketChannel socket) throws IOException {
    InboundConnection connection =
        mesh.accepted(
            (InetSocketAddress) socket.getLocalAddress(),
            (InetSocketAddress) socket.getRemoteAddress(),
            SPOKEN,
            () -> {});
    if (connection == null) {
      return true;
    }
    // As if it had come in clear, all that this connector could serve.
    ByteBuffer clear = ByteBuffer.wrap("GET / ".getBytes(StandardCharsets.US_ASCII));
    boolean allowed = connection.look(clear) instanceof Verdict.Pass && connection.opaque();
    connection.closed();
    return allowed;
  }
}
