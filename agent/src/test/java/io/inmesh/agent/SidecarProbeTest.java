package io.inmesh.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** A sidecar is there where both of its ports are. */
class SidecarProbeTest {
  @Test
  void bothPortsMustListen() throws IOException {
    int closed;
    try (ServerSocket one = listening();
        ServerSocket other = listening()) {
      closed = other.getLocalPort();
      assertThat(SidecarProbe.allListen(one.getLocalPort(), closed)).isTrue();
      other.close();
      assertThat(SidecarProbe.allListen(one.getLocalPort(), closed)).isFalse();
    }
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }
}
