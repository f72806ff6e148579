package io.inmesh.instrumentation.jdkhttpclient;

import java.io.EOFException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The internals of the library's pools, HTTP/1.1 and HTTP/2, by which idle connections are closed.
 */
final class PoolInternals {
  private static final String PACKAGE = "jdk.internal.net.http.";

  private final MethodHandle pool;
  private final MethodHandle isPooled;
  private final MethodHandle cleanup;
  private final StateLock poolLock;
  private final MethodHandle isActive;
  private final MethodHandle setFinalStream;
  private final MethodHandle shouldClose;
  private final MethodHandle sayGoodbye;
  private final MethodHandle shutdown;
  private final StateLock http2Lock;

  /**
   * @param site lookup of any class of the library's package
   */
  PoolInternals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    Class<?> client = type(site, "HttpClientImpl");
    Class<?> connection = type(site, "HttpConnection");
    Class<?> connections = type(site, "ConnectionPool");
    Class<?> http2 = type(site, "Http2Connection");
    MethodHandles.Lookup inConnection = MethodHandles.privateLookupIn(connection, site);
    MethodHandles.Lookup inClient = MethodHandles.privateLookupIn(client, site);
    MethodHandles.Lookup inPool = MethodHandles.privateLookupIn(connections, site);
    MethodHandles.Lookup inHttp2 = MethodHandles.privateLookupIn(http2, site);
    pool =
        MethodHandles.filterReturnValue(
                inConnection.findVirtual(connection, "client", MethodType.methodType(client)),
                inClient.findVirtual(client, "connectionPool", MethodType.methodType(connections)))
            .asType(MethodType.genericMethodType(1));
    isPooled =
        inPool
            .findVirtual(connections, "contains", MethodType.methodType(boolean.class, connection))
            .asType(MethodType.methodType(boolean.class, Object.class, Object.class));
    cleanup =
        cleanup(inPool, connections, connection)
            .asType(MethodType.methodType(void.class, Object.class, Object.class, Throwable.class));
    poolLock = new StateLock(inPool, connections, "contains", connection);
    isActive = question(inHttp2, http2, "isActive");
    setFinalStream = action(inHttp2, http2, "setFinalStream");
    shouldClose = question(inHttp2, http2, "shouldClose");
    sayGoodbye = action(inHttp2, http2, "close");
    shutdown =
        inHttp2
            .findVirtual(http2, "shutdown", MethodType.methodType(void.class, Throwable.class))
            .asType(MethodType.methodType(void.class, Object.class, Throwable.class));
    http2Lock = new StateLock(inHttp2, http2, "isActive");
  }

  /** {@code (pool, connection, cause) -> void}; later than JDK 17 it is told of unread bytes. */
  private static MethodHandle cleanup(MethodHandles.Lookup in, Class<?> pool, Class<?> connection)
      throws ReflectiveOperationException {
    try {
      return in.findVirtual(
          pool, "cleanup", MethodType.methodType(void.class, connection, Throwable.class));
    } catch (NoSuchMethodException since) {
      return MethodHandles.insertArguments(
          in.findVirtual(
              pool,
              "cleanup",
              MethodType.methodType(void.class, connection, long.class, Throwable.class)),
          2,
          0L);
    }
  }

  /** Closes a connection of HTTP/1.1 if it is in the pool, where none but idle ones are. */
  void closeIfIdle(Object connection) {
    try {
      Object holder = (Object) pool.invokeExact(connection);
      boolean unused = poolLock.whileHeld(holder, () -> takeOut(holder, connection));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private boolean takeOut(Object holder, Object connection) {
    try {
      boolean idle = (boolean) isPooled.invokeExact(holder, connection);
      if (idle) {
        cleanup.invokeExact(holder, connection, (Throwable) null);
      }
      return idle;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Closes a connection of HTTP/2 if it has no stream, neither open nor reserved. */
  void closeHttp2IfIdle(Object http2) {
    try {
      if (http2Lock.whileHeld(http2, () -> retire(http2))
          && (boolean) shouldClose.invokeExact(http2)) {
        sayGoodbye.invokeExact(http2);
        // The library would leave the rest to the peer.
        shutdown.invokeExact(http2, (Throwable) new EOFException("no longer of use to the mesh"));
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private boolean retire(Object http2) {
    try {
      boolean idle = !(boolean) isActive.invokeExact(http2);
      if (idle) {
        // From here on requests make a connection of their own.
        setFinalStream.invokeExact(http2);
      }
      return idle;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static Class<?> type(MethodHandles.Lookup site, String name) throws ReflectiveOperationException {
    return Class.forName(PACKAGE + name, false, site.lookupClass().getClassLoader());
  }

  private static MethodHandle question(MethodHandles.Lookup in, Class<?> type, String name)
      throws ReflectiveOperationException {
    return in.findVirtual(type, name, MethodType.methodType(boolean.class))
        .asType(MethodType.methodType(boolean.class, Object.class));
  }

  private static MethodHandle action(MethodHandles.Lookup in, Class<?> type, String name)
      throws ReflectiveOperationException {
    return in.findVirtual(type, name, MethodType.methodType(void.class))
        .asType(MethodType.methodType(void.class, Object.class));
  }

  static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
