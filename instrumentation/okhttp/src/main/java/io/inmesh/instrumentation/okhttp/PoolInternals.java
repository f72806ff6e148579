package io.inmesh.instrumentation.okhttp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import okhttp3.Connection;

/**
 * The internals of the library's pool by which an idle connection is closed: the calls of a
 * connection are its {@code transmitters} before 4.4, when the pool's lock guarded them.
 */
final class PoolInternals {
  private static final String PACKAGE = "okhttp3.internal.connection.";

  private final MethodHandle pool;
  private final MethodHandle calls;
  private final MethodHandle retire;
  private final MethodHandle becameIdle;
  private final boolean locksPool;

  PoolInternals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    ClassLoader library = site.lookupClass().getClassLoader();
    Class<?> connection = Class.forName(PACKAGE + "RealConnection", false, library);
    Class<?> connections = Class.forName(PACKAGE + "RealConnectionPool", false, library);
    MethodHandles.Lookup in = MethodHandles.privateLookupIn(connection, site);
    pool =
        in.findGetter(connection, "connectionPool", connections)
            .asType(MethodType.methodType(Object.class, Connection.class));
    locksPool = hasTransmitters(connection);
    calls =
        in.findGetter(connection, locksPool ? "transmitters" : "calls", List.class)
            .asType(MethodType.methodType(List.class, Connection.class));
    retire =
        MethodHandles.insertArguments(
                in.findSetter(connection, "noNewExchanges", boolean.class), 1, true)
            .asType(MethodType.methodType(void.class, Connection.class));
    becameIdle =
        MethodHandles.privateLookupIn(connections, site)
            .findVirtual(
                connections,
                "connectionBecameIdle",
                MethodType.methodType(boolean.class, connection))
            .asType(MethodType.methodType(boolean.class, Object.class, Connection.class));
  }

  private static boolean hasTransmitters(Class<?> connection) {
    try {
      return connection.getDeclaredField("transmitters") != null;
    } catch (NoSuchFieldException since44) {
      return false;
    }
  }

  /** Lets no call choose the connection any more; the library closes it after its last call. */
  void closeIfIdle(Connection connection) {
    boolean idle;
    try {
      Object holder = (Object) pool.invokeExact(connection);
      synchronized (locksPool ? holder : connection) {
        retire.invokeExact(connection);
        idle =
            ((List<?>) calls.invokeExact(connection)).isEmpty()
                && (boolean) becameIdle.invokeExact(holder, connection);
      }
      if (idle) {
        connection.socket().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
