package io.inmesh.instrumentation.netty;

import javax.net.ssl.SSLSession;

/** What a handshake leads to. Called once, on the channel's event loop. */
interface Handshake {
  /**
   * TLS is up; the app is about to learn that the channel is active.
   *
   * @return false closes the channel instead, and the app learns nothing
   */
  boolean done(SSLSession session);

  /** It has failed; the channel is about to be closed. */
  void failed(Throwable cause);
}
