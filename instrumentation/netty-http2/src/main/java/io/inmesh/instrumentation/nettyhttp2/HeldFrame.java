package io.inmesh.instrumentation.nettyhttp2;

import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;

/** A frame of a request that waits. Either passed or dropped, once. */
@FunctionalInterface
interface HeldFrame {
  /** Returns how many bytes of the flow the app is done with. */
  int pass(Http2FrameListener app) throws Http2Exception;

  /** Nobody gets it; returns how many bytes of the flow it has taken. */
  default int drop() {
    return 0;
  }
}
