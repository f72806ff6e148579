package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.Deferred;
import io.inmesh.instrumentation.api.Hook;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.internal.http1.Http1ExchangeCodec;
import org.jspecify.annotations.Nullable;

/** Where the library writes the head of a request: that of an attempt comes with its changes. */
final class WireAdvice {
  private static final Headers NONE = new Headers.Builder().build();

  private final Deferred<CodecSink> sinks;

  WireAdvice(MethodHandles.Lookup site) {
    this.sinks = new Deferred<>(() -> new CodecSink(site));
  }

  /**
   * {@code Http1ExchangeCodec.writeRequestHeaders(Request)}: writes the head as bytes, which the
   * library would copy character by character.
   */
  @Nullable Object http1(Http1ExchangeCodec codec, Request request) throws IOException {
    OkHeadEditor changes = request.tag(OkHeadEditor.class);
    if (changes == null) {
      return null;
    }
    sinks.get().of(codec).write(changes.http1(request).getBytes(StandardCharsets.UTF_8));
    // The end of the last line, the empty line, and the codec's own state.
    codec.writeRequest(NONE, "");
    return Hook.Skip.VOID;
  }

  /** {@code Http2ExchangeCodec.writeRequestHeaders(Request)}: what it is to write. */
  Request http2(Object codec, Request request) {
    OkHeadEditor changes = request.tag(OkHeadEditor.class);
    return changes == null ? request : changes.applied(request);
  }
}
