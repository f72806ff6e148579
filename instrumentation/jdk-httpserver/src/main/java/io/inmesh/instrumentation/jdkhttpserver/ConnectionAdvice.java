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
   * {@code ServerImpl.Dispatcher.handle(SocketChannel, HttpConnection)}: the selector has seen
   * bytes, or a further request is buffered already. On the thread of the dispatcher, which closes
   * the connection where this fails; a thread of the app's executor would leave it open.
   */
  Object handle(Object dispatcher, SocketChannel channel, Object connection) {
    Object server = internals.server(dispatcher);
    Runnable exchange = internals.newExchange(server, channel, connection);
    Turn turn = new Turn(this, exchange, server, connection, channel);
    try {
      internals.executor(server).execute(turn);
    } catch (RuntimeException | Error failure) {
      // As the library does: the app's executor takes no more, or this is its thread.
      internals.close(server, connection);
    }
    return Hook.Skip.VOID;
  }

  /**
   * The turn of a connection has come. Whatever goes wrong closes it.
   *
   * @return whether the library can read a request; else the connection waits, or is closed
   */
  boolean begin(Object server, Object connection, SocketChannel channel) {
    try {
      MeshConnection known = connections.of(server, connection, channel);
      if (!known.isDecided() && !mesh.ready().toCompletableFuture().isDone()) {
        mesh.ready().whenComplete((unused, failure) -> wait(known));
      } else if (known.advance(internals.input(connection))) {
        connections.enter(known);
        return true;
      } else {
        wait(known);
      }
    } catch (IOException refusedOrGone) {
      internals.close(server, connection);
    }
    return false;
  }

  /** The turn is over. */
  void end() {
    connections.enter(null);
  }

  /** Closes a connection whose turn has failed. */
  void close(Object server, Object connection) {
    internals.close(server, connection);
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
