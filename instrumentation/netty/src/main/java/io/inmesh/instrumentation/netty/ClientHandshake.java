package io.inmesh.instrumentation.netty;

import io.netty.channel.ChannelPromise;
import javax.net.ssl.SSLSession;

/** Part of connecting: what comes of it is what comes of the app's connect. */
record ClientHandshake(ChannelPromise connect) implements Handshake {
  @Override
  public boolean done(SSLSession session) {
    connect.trySuccess();
    return true;
  }

  @Override
  public void failed(Throwable cause) {
    connect.tryFailure(cause);
  }
}
