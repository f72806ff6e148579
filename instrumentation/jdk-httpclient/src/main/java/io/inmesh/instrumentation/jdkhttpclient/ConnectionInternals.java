package io.inmesh.instrumentation.jdkhttpclient;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetSocketAddress;

/**
 * What is asked of each connection of the library. Apart from {@link Internals}: without these
 * calls go on as ever.
 */
final class ConnectionInternals {
  private final MethodHandle address;
  private final MethodHandle isOpen;
  private final MethodHandle transport;

  /**
   * @param site lookup of any class of the library's package
   */
  ConnectionInternals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    Class<?> connection = PoolInternals.type(site, "HttpConnection");
    Class<?> http2 = PoolInternals.type(site, "Http2Connection");
    MethodHandles.Lookup in = MethodHandles.privateLookupIn(connection, site);
    address =
        in.findVirtual(connection, "address", MethodType.methodType(InetSocketAddress.class))
            .asType(MethodType.methodType(InetSocketAddress.class, Object.class));
    isOpen =
        in.findVirtual(connection, "isOpen", MethodType.methodType(boolean.class))
            .asType(MethodType.methodType(boolean.class, Object.class));
    transport =
        MethodHandles.privateLookupIn(http2, site)
            .findGetter(http2, "connection", connection)
            .asType(MethodType.genericMethodType(1));
  }

  /** Where an {@code HttpConnection} leads to. */
  InetSocketAddress address(Object connection) {
    try {
      return (InetSocketAddress) address.invokeExact(connection);
    } catch (Throwable e) {
      throw PoolInternals.unexpected(e);
    }
  }

  /** Whether an {@code HttpConnection} is open, both ways. */
  boolean isOpen(Object connection) {
    try {
      return (boolean) isOpen.invokeExact(connection);
    } catch (Throwable e) {
      throw PoolInternals.unexpected(e);
    }
  }

  /** What carries the bytes of an {@code Http2Connection}; an {@code HttpConnection}. */
  Object transport(Object http2) {
    try {
      return (Object) transport.invokeExact(http2);
    } catch (Throwable e) {
      throw PoolInternals.unexpected(e);
    }
  }
}
