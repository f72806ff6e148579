package io.inmesh.instrumentation.jdkhttpserver;

import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.InboundMesh;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Where the library turns to a connection, and where it ends one. */
final class ConnectionAdvice {
  private final InboundMesh mesh;
  private final Internals internals;
  private final Connections connections;

  /** Events of ours, each for a connection that the server is to wait for. */
  private final IdentityMap<Object, MeshConnection> waiting = new IdentityMap<>(unused -> {});

  ConnectionAdvice(InboundMesh mesh, Internals internals, Connections connections) {
    this.mesh = mesh;
    this.internals = internals;
    this.connections = connections;
  }

  /**
   * {@code ServerImpl.Exchange.run()}: the selector has seen bytes, or a further request is
   * buffered already. Null lets the library read a request.
   */
  @Nullable Object run(Object exchange) {
    connections.enter(null);
    try {
      MeshConnection connection = connections.of(exchange);
      if (!connection.isDecided() && !mesh.ready().toCompletableFuture().isDone()) {
        mesh.ready().whenComplete((unused, failure) -> wait(connection));
      } else if (connection.advance(internals.input(connection.connection()))) {
        connections.enter(connection);
        return null;
      } else {
        wait(connection);
      }
    } catch (IOException refusedOrGone) {
      close(exchange);
    } catch (RuntimeException | Error failure) {
      close(exchange);
      throw failure;
    }
    return Hook.Skip.VOID;
  }

  private void close(Object exchange) {
    internals.close(internals.server(exchange), internals.connection(exchange));
  }

  /** The same method's end. */
  void hasRun() {
    connections.enter(null);
  }

  /** Gives the connection back to the server's selector, which only the dispatcher may do. */
  private void wait(MeshConnection connection) {
    Object event = internals.newEvent();
    waiting.put(event, connection);
    internals.add(connection.server(), event);
  }

  /** {@code ServerImpl.Dispatcher.handleEvent(Event)}: one of ours, or the end of a response. */
  @Nullable Object event(Object dispatcher, Object event) {
    MeshConnection connection = waiting.remove(event);
    if (connection != null) {
      try {
        internals.watch(connection.server(), connection.connection());
      } catch (IOException closedMeanwhile) {
        internals.close(connection.server(), connection.connection());
      }
      return Hook.Skip.VOID;
    }
    Object impl = internals.exchangeOf(event);
    if (impl != null) {
      MeshConnection of =
          connections.get(internals.channelOfConnection(internals.connectionOfImpl(impl)));
      ServedRequest request = of == null ? null : of.request();
      if (request != null) {
        request.ended(Exchange.End.COMPLETE);
      }
    }
    return null;
  }

  /** {@code HttpConnection.close()}. */
  @Nullable Object closing(Object connection) throws IOException {
    SocketChannel channel = internals.channelOfConnection(connection);
    MeshConnection known = channel.isOpen() ? connections.get(channel) : null;
    if (known != null) {
      known.closing();
    }
    return null;
  }

  /** The same method's end. Not before: bytes of a connection that is unknown go in clear. */
  void closed(Object connection) {
    connections.remove(internals.channelOfConnection(connection));
  }
}
