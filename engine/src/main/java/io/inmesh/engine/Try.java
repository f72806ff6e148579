package io.inmesh.engine;

import io.inmesh.engine.cluster.Host;

/** One attempt that is under way. */
final class Try {
  final int number;
  final Host host;

  /** Its time is over and another try was granted for it; it goes on all the same. */
  boolean hedged;

  private boolean counted = true;

  Try(int number, Host host) {
    this.number = number;
    this.host = host;
    host.requestStarted();
  }

  void release() {
    if (counted) {
      counted = false;
      host.requestEnded();
    }
  }
}
