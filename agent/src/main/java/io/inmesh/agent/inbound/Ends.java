package io.inmesh.agent.inbound;

import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.net.IpAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Both ends of an accepted connection. */
final class Ends {
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final IpAddress localIp;
  private final IpAddress remoteIp;

  Ends(InetSocketAddress local, InetSocketAddress remote) {
    this.local = local;
    this.remote = remote;
    this.localIp = IpAddress.of(local.getAddress().getAddress());
    this.remoteIp = IpAddress.of(remote.getAddress().getAddress());
  }

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
        localIp,
        local.getPort(),
        serverName,
        transport,
        protocols,
        remoteIp,
        remoteIp,
        remote.getPort(),
        near);
  }

  /** The connection as filters see it. */
  Downstream downstream(String serverName, Optional<Downstream.Tls> tls) {
    return new Downstream(localIp, local.getPort(), remoteIp, remote.getPort(), serverName, tls);
  }

  @Override
  public String toString() {
    return remote.getAddress().getHostAddress() + " to port " + local.getPort();
  }
}
