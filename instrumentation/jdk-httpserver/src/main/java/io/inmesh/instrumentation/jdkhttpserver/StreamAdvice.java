package io.inmesh.instrumentation.jdkhttpserver;

import io.inmesh.instrumentation.api.Hook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Where the library's streams meet the channel. A channel that is not known is the app's own. */
final class StreamAdvice {
  private final Internals internals;
  private final Connections connections;

  StreamAdvice(Internals internals, Connections connections) {
    this.internals = internals;
    this.connections = connections;
  }

  /** {@code Request.ReadStream.read(byte[], int, int)}. */
  @Nullable Object read(Object stream, byte[] into, int offset, int length) throws IOException {
    MeshConnection connection = connections.get(internals.channelOfInput(stream));
    return connection == null ? null : connection.read(into, offset, length);
  }

  /**
   * {@code Request.ReadStream.available()}: what is left when a response is over is a further
   * request, which no selector would see.
   */
  @Nullable Object available(Object stream) throws IOException {
    MeshConnection connection = connections.get(internals.channelOfInput(stream));
    return connection == null ? null : connection.available();
  }

  /** {@code Request.WriteStream.write(byte[], int, int)}. */
  @Nullable Object write(Object stream, byte[] from, int offset, int length) throws IOException {
    MeshConnection connection = connections.get(internals.channelOfOutput(stream));
    return connection != null && connection.write(from, offset, length) ? Hook.Skip.VOID : null;
  }

  /** {@code SSLStreams.InputStream.available()}: the same of the app's own TLS. */
  @Nullable Object ownAvailable(Object stream) throws IOException {
    MeshConnection connection = connections.get(internals.channelOfOwnTls(stream));
    return connection != null && connection.hasInner() ? 1 : null;
  }

  /**
   * A new {@code SSLStreams.EngineWrapper}: the app's own TLS begins with what has been read, or
   * stands inside that of the mesh.
   */
  void ownTls(Object wrapper) {
    MeshConnection connection = connections.here();
    if (connection == null) {
      return;
    }
    SocketChannel inner = connection.inner();
    if (inner != null) {
      internals.setChannel(wrapper, inner);
    }
    ByteBuffer first = connection.takeFirst();
    if (first.hasRemaining()) {
      internals.receive(wrapper, first);
    }
  }
}
