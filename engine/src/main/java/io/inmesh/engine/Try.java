package io.inmesh.engine;

import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.ResourceManager;

/** One attempt that is under way. */
final class Try {
  final int number;
  final Host host;

  /** Its time is over and another try was granted for it; it goes on all the same. */
  boolean hedged;

  /** The head of its response was here. */
  boolean responded;

  /** Its host was told that it took too long. */
  boolean timeoutReported;

  private final ResourceManager resources;
  private final boolean admitted;
  private boolean counted = true;

  /**
   * @param hosts how many the cluster has
   */
  Try(int number, Host host, ResourceManager resources, int hosts) {
    this.number = number;
    this.host = host;
    this.resources = resources;
    admitted = resources.tryRequest(hosts);
    host.requestStarted();
  }

  /** Whether the circuit breakers let it through. */
  boolean isAdmitted() {
    return admitted;
  }

  void release() {
    if (counted) {
      counted = false;
      host.requestEnded();
      if (admitted) {
        resources.releaseRequest();
      }
    }
  }
}
