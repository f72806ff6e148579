package io.inmesh.instrumentation.jdkhttpclient;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** How a connection of HTTP/2 has ended, and how a stream is told. */
final class StreamInternals {
  private final MethodHandle cause;
  private final MethodHandle end;

  /**
   * @param site lookup of any class of the library's package
   */
  StreamInternals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    Class<?> http2 = PoolInternals.type(site, "Http2Connection");
    Class<?> stream = PoolInternals.type(site, "Stream");
    cause =
        MethodHandles.privateLookupIn(http2, site)
            .findVirtual(http2, "getRecordedCause", MethodType.methodType(Throwable.class))
            .asType(MethodType.methodType(Throwable.class, Object.class));
    end =
        MethodHandles.privateLookupIn(stream, site)
            .findVirtual(
                stream, "connectionClosing", MethodType.methodType(void.class, Throwable.class))
            .asType(MethodType.methodType(void.class, Object.class, Throwable.class));
  }

  /** Why the connection has ended, null while it has not. */
  @Nullable Throwable endOf(Object http2) {
    try {
      return (Throwable) cause.invokeExact(http2);
    } catch (Throwable e) {
      throw PoolInternals.unexpected(e);
    }
  }

  /** Ends a stream, as its connection does; no effect the second time. */
  void end(Object stream, Throwable cause) {
    try {
      end.invokeExact(stream, cause);
    } catch (Throwable e) {
      throw PoolInternals.unexpected(e);
    }
  }
}
