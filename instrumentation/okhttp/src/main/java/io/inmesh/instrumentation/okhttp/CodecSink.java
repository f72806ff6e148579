package io.inmesh.instrumentation.okhttp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import okhttp3.internal.http1.Http1ExchangeCodec;
import okio.BufferedSink;

/** What an HTTP/1.1 codec writes to: a field of its own, since 5.2 one of its socket. */
final class CodecSink {
  private final MethodHandle sink;

  CodecSink(MethodHandles.Lookup site) throws ReflectiveOperationException {
    Class<?> codec = Http1ExchangeCodec.class;
    MethodHandles.Lookup in = MethodHandles.privateLookupIn(codec, site);
    MethodHandle found;
    try {
      found = in.findGetter(codec, "sink", BufferedSink.class);
    } catch (NoSuchFieldException since52) {
      Class<?> socket =
          Class.forName(
              "okhttp3.internal.connection.BufferedSocket", false, codec.getClassLoader());
      found =
          MethodHandles.filterReturnValue(
              in.findGetter(codec, "socket", socket),
              in.findVirtual(socket, "getSink", MethodType.methodType(BufferedSink.class)));
    }
    sink = found.asType(MethodType.methodType(BufferedSink.class, Http1ExchangeCodec.class));
  }

  BufferedSink of(Http1ExchangeCodec codec) {
    try {
      return (BufferedSink) sink.invokeExact(codec);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
