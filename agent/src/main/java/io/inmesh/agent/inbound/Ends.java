package io.inmesh.agent.inbound;

import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.net.IpAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Both ends of an accepted connection. */
record Ends(InetSocketAddress local, InetSocketAddress remote) {
  int port() {
    return local.getPort();
  }

  /**
   * What a filter chain is chosen by.
   *
   * @param protocols that the client offers, or that its first bytes show
   */
  ConnectionInfo info(String transport, String serverName, List<String> protocols) {
    boolean near =
        remote.getAddress().isLoopbackAddress() || remote.getAddress().equals(local.getAddress());
    return new ConnectionInfo(
        ip(local),
        local.getPort(),
        serverName,
        transport,
        protocols,
        ip(remote),
        ip(remote),
        remote.getPort(),
        near);
  }

  /** The connection as filters see it. */
  Downstream downstream(String serverName, Optional<Downstream.Tls> tls) {
    return new Downstream(
        ip(local), local.getPort(), ip(remote), remote.getPort(), serverName, tls);
  }

  private static @Nullable IpAddress ip(InetSocketAddress address) {
    return IpAddress.parse(address.getAddress().getHostAddress());
  }

  @Override
  public String toString() {
    return remote.getAddress().getHostAddress() + " to port " + local.getPort();
  }
}
