package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.Deferred;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Where the library gives a request its stream. JDK 17 tells a connection's end to the streams that
 * it has at that moment; one that comes after waits for ever, as when a peer that refuses our
 * certificate says so after the handshake. Later JDKs look for themselves.
 */
final class StreamAdvice {
  private final Deferred<StreamInternals> internals;

  StreamAdvice(MethodHandles.Lookup site) {
    internals = new Deferred<>(() -> new StreamInternals(site));
  }

  /** {@code Http2Connection.registerNewStream(OutgoingHeaders)}, null where it gave none. */
  @Nullable Object registered(@Nullable Object stream, Object http2) {
    if (stream == null) {
      return null;
    }
    // Recorded before the streams are told: without a cause this one will be among them.
    Throwable cause = internals.get().endOf(http2);
    if (cause != null) {
      internals.get().end(stream, cause);
    }
    return stream;
  }
}
