package io.inmesh.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Looks for a sidecar in the same pod: where one is, it does all that the agent would do a second
 * time, retries included.
 */
final class SidecarProbe {
  /** Where Istio's Envoy takes what leaves and what enters a pod. */
  private static final int[] SIDECAR = {15001, 15006};

  private static final int PATIENCE_MILLIS = 200;

  private SidecarProbe() {}

  static boolean findsSidecar() {
    return allListen(SIDECAR);
  }

  static boolean allListen(int... ports) {
    for (int port : ports) {
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      } catch (IOException nobody) {
        return false;
      }
    }
    return true;
  }
}
