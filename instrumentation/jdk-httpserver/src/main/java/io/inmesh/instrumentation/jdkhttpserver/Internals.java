package io.inmesh.instrumentation.jdkhttpserver;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The few internals of the library that the advice needs, the same in JDK 17 to 25 but for its
 * events. Reached through the call site's own lookup: nothing is opened for reflection.
 */
final class Internals {
  private static final String PACKAGE = "sun.net.httpserver.";

  private final MethodHandle dispatcherServer;
  private final MethodHandle executor;
  private final MethodHandle protocol;
  private final MethodHandle newExchange;
  private final MethodHandle connectionChannel;
  private final MethodHandle connectionInput;
  private final MethodHandle setSelectionKey;
  private final MethodHandle closeConnection;
  private final MethodHandle selector;
  private final MethodHandle begun;
  private final MethodHandle markNewlyAccepted;
  private final MethodHandle addEvent;
  private final MethodHandle newEvent;
  private final MethodHandle eventExchange;
  private final MethodHandle implConnection;
  private final MethodHandle responseHeaders;
  private final MethodHandle sentHeaders;
  private final MethodHandle requestLine;
  private final MethodHandle readChannel;
  private final MethodHandle writeChannel;
  private final MethodHandle ownTlsStreams;
  private final MethodHandle ownTlsChannel;
  private final MethodHandle setChannel;
  private final MethodHandle received;
  private final MethodHandle setReceived;
  private final MethodHandle setReceivedCount;
  private final MethodHandle newContext;

  /**
   * @param site lookup of any class of the library's package
   */
  Internals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    Class<?> server = type(site, "ServerImpl");
    Class<?> exchange = type(site, "ServerImpl$Exchange");
    Class<?> connection = type(site, "HttpConnection");
    Class<?> impl = type(site, "ExchangeImpl");
    Class<?> event = type(site, "Event");
    Class<?> context = type(site, "HttpContextImpl");
    Class<?> request = type(site, "Request");
    dispatcherServer =
        get(site, type(site, "ServerImpl$Dispatcher"), "this$0", server, Object.class);
    executor = get(site, server, "executor", Executor.class, Executor.class);
    protocol = get(site, server, "protocol", String.class, String.class);
    newExchange =
        in(exchange, site)
            .findConstructor(
                exchange,
                MethodType.methodType(
                    void.class, server, SocketChannel.class, String.class, connection))
            .asType(
                MethodType.methodType(
                    Runnable.class, Object.class, SocketChannel.class, String.class, Object.class));
    connectionChannel = get(site, connection, "chan", SocketChannel.class, SocketChannel.class);
    connectionInput = get(site, connection, "raw", InputStream.class, InputStream.class);
    setSelectionKey =
        in(connection, site)
            .findSetter(connection, "selectionKey", SelectionKey.class)
            .asType(MethodType.methodType(void.class, Object.class, SelectionKey.class));
    closeConnection = onConnection(site, server, "closeConnection", connection);
    markNewlyAccepted = onConnection(site, server, "markNewlyAccepted", connection);
    selector = get(site, server, "selector", Selector.class, Selector.class);
    begun = get(site, server, "reqConnections", Set.class, Set.class);
    addEvent = onConnection(site, server, "addEvent", event);
    newEvent = newEvent(site, event, impl);
    eventExchange = get(site, event, "exchange", impl, Object.class);
    implConnection = get(site, impl, "connection", connection, Object.class);
    responseHeaders = get(site, impl, "rspHdrs", Headers.class, Headers.class);
    sentHeaders = get(site, impl, "sentHeaders", boolean.class, boolean.class);
    requestLine =
        in(request, site)
            .findVirtual(request, "requestLine", MethodType.methodType(String.class))
            .asType(MethodType.methodType(String.class, Object.class));
    readChannel = channelOf(site, "Request$ReadStream");
    writeChannel = channelOf(site, "Request$WriteStream");
    Class<?> wrapper = type(site, "SSLStreams$EngineWrapper");
    Class<?> streams = type(site, "SSLStreams");
    ownTlsStreams =
        get(site, type(site, "SSLStreams$InputStream"), "this$0", streams, Object.class);
    ownTlsChannel = get(site, streams, "chan", SocketChannel.class, SocketChannel.class);
    setChannel =
        in(wrapper, site)
            .findSetter(wrapper, "chan", SocketChannel.class)
            .asType(MethodType.methodType(void.class, Object.class, SocketChannel.class));
    received = get(site, wrapper, "unwrap_src", ByteBuffer.class, ByteBuffer.class);
    setReceived =
        in(wrapper, site)
            .findSetter(wrapper, "unwrap_src", ByteBuffer.class)
            .asType(MethodType.methodType(void.class, Object.class, ByteBuffer.class));
    setReceivedCount =
        in(wrapper, site)
            .findSetter(wrapper, "u_remaining", int.class)
            .asType(MethodType.methodType(void.class, Object.class, int.class));
    newContext =
        in(context, site)
            .findConstructor(
                context,
                MethodType.methodType(
                    void.class, String.class, String.class, HttpHandler.class, server))
            .asType(
                MethodType.methodType(
                    HttpContext.class,
                    String.class,
                    String.class,
                    HttpHandler.class,
                    Object.class));
  }

  /** An event that is about no exchange; until JDK 23 of the class itself. */
  private static MethodHandle newEvent(MethodHandles.Lookup site, Class<?> event, Class<?> impl)
      throws ReflectiveOperationException {
    try {
      Class<?> stop = type(site, "Event$StopRequested");
      return in(stop, site)
          .findConstructor(stop, MethodType.methodType(void.class))
          .asType(MethodType.methodType(Object.class));
    } catch (ClassNotFoundException older) {
      return MethodHandles.insertArguments(
              in(event, site).findConstructor(event, MethodType.methodType(void.class, impl)),
              0,
              new Object[] {null})
          .asType(MethodType.methodType(Object.class));
    }
  }

  /** The {@code ServerImpl} of a {@code Dispatcher}. */
  Object server(Object dispatcher) {
    try {
      return (Object) dispatcherServer.invokeExact(dispatcher);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Where a server has its requests served. */
  Executor executor(Object server) {
    try {
      return (Executor) executor.invokeExact(server);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A new {@code Exchange}: what serves a request of a connection when it is run. */
  Runnable newExchange(Object server, SocketChannel channel, Object connection) {
    try {
      return (Runnable)
          newExchange.invokeExact(
              server, channel, (String) protocol.invokeExact(server), connection);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  SocketChannel channelOfConnection(Object connection) {
    try {
      return (SocketChannel) connectionChannel.invokeExact(connection);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The stream that requests of a connection are read from, or null before the first. */
  @Nullable InputStream input(Object connection) {
    try {
      return (InputStream) connectionInput.invokeExact(connection);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Closes a connection as the server itself does. Any thread. */
  void close(Object server, Object connection) {
    try {
      closeConnection.invokeExact(server, connection);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Puts an event before the server's dispatcher; it is about no exchange. Any thread. */
  Object newEvent() {
    try {
      return (Object) newEvent.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Puts an event before the server's dispatcher. Any thread. */
  void add(Object server, Object event) {
    try {
      addEvent.invokeExact(server, event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The {@code ExchangeImpl} that an event is about, or null. */
  @Nullable Object exchangeOf(Object event) {
    try {
      return (Object) eventExchange.invokeExact(event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Lets the server wait for bytes of a connection again, as it does for one that was accepted just
   * now: without counting it among its idle ones. On the thread of the dispatcher alone.
   */
  void watch(Object server, Object connection) throws IOException {
    try {
      ((Set<?>) (Set) begun.invokeExact(server)).remove(connection);
      SocketChannel channel = channelOfConnection(connection);
      channel.configureBlocking(false);
      SelectionKey key =
          channel.register(
              (Selector) selector.invokeExact(server), SelectionKey.OP_READ, connection);
      setSelectionKey.invokeExact(connection, key);
      markNewlyAccepted.invokeExact(server, connection);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The {@code HttpConnection} of an {@code ExchangeImpl}. */
  Object connectionOfImpl(Object impl) {
    try {
      return (Object) implConnection.invokeExact(impl);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Headers that an {@code ExchangeImpl} is about to send. */
  Headers responseHeaders(Object impl) {
    try {
      return (Headers) responseHeaders.invokeExact(impl);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Whether an {@code ExchangeImpl} has sent them. */
  boolean sentHeaders(Object impl) {
    try {
      return (boolean) sentHeaders.invokeExact(impl);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The first line of a {@code Request}. */
  String requestLine(Object request) {
    try {
      return (String) requestLine.invokeExact(request);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The channel below a {@code ReadStream}. */
  SocketChannel channelOfInput(Object stream) {
    try {
      return (SocketChannel) readChannel.invokeExact(stream);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The channel below a {@code WriteStream}. */
  SocketChannel channelOfOutput(Object stream) {
    try {
      return (SocketChannel) writeChannel.invokeExact(stream);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The real channel below a stream of the app's own TLS. */
  SocketChannel channelOfOwnTls(Object stream) {
    try {
      return (SocketChannel) ownTlsChannel.invokeExact((Object) ownTlsStreams.invokeExact(stream));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Lets an {@code EngineWrapper} read and write elsewhere. */
  void setChannel(Object wrapper, SocketChannel channel) {
    try {
      setChannel.invokeExact(wrapper, channel);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Lets an {@code EngineWrapper} begin with bytes that have been read from its channel. */
  void receive(Object wrapper, ByteBuffer bytes) {
    try {
      ByteBuffer empty = (ByteBuffer) received.invokeExact(wrapper);
      int count = bytes.remaining();
      ByteBuffer filled = ByteBuffer.allocate(Math.max(empty.capacity(), count));
      setReceived.invokeExact(wrapper, filled.put(bytes).flip());
      setReceivedCount.invokeExact(wrapper, count);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A context that is none of the app's. */
  HttpContext newContext(HttpHandler handler, Object server) {
    try {
      return (HttpContext) newContext.invokeExact("http", "/", handler, server);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static Class<?> type(MethodHandles.Lookup site, String name)
      throws ClassNotFoundException {
    return Class.forName(PACKAGE + name, false, site.lookupClass().getClassLoader());
  }

  private static MethodHandles.Lookup in(Class<?> type, MethodHandles.Lookup site)
      throws IllegalAccessException {
    return MethodHandles.privateLookupIn(type, site);
  }

  private static MethodHandle get(
      MethodHandles.Lookup site, Class<?> owner, String field, Class<?> type, Class<?> as)
      throws ReflectiveOperationException {
    return in(owner, site)
        .findGetter(owner, field, type)
        .asType(MethodType.methodType(as, Object.class));
  }

  private static MethodHandle channelOf(MethodHandles.Lookup site, String stream)
      throws ReflectiveOperationException {
    return get(site, type(site, stream), "channel", SocketChannel.class, SocketChannel.class);
  }

  private static MethodHandle onConnection(
      MethodHandles.Lookup site, Class<?> server, String method, Class<?> argument)
      throws ReflectiveOperationException {
    return in(server, site)
        .findVirtual(server, method, MethodType.methodType(void.class, argument))
        .asType(MethodType.methodType(void.class, Object.class, Object.class));
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
