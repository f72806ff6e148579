package io.inmesh.agent;

import io.inmesh.agent.admin.AdminRequest;
import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.net.IpAddress;
import io.inmesh.tls.Identity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The connection that somebody asks about.
 *
 * @param local where it would be accepted
 * @param source who would connect
 * @param peer the SPIFFE id that it shows, or empty
 */
record AskedConnection(
    InetSocketAddress local,
    InetAddress source,
    boolean tls,
    String serverName,
    List<String> protocols,
    Optional<String> peer,
    Optional<Identity> own) {
  private static final int MOST = 65_535;
  private static final List<String> HTTP = List.of("http/1.1");
  private static final List<String> OF_A_SIDECAR = List.of("istio-http/1.1", "istio", "http/1.1");

  /** An address that no host has: somebody from elsewhere. */
  private static final String ELSEWHERE = "192.0.2.1";

  /**
   * Reads the parameters; a peer, a server name or ALPN means TLS.
   *
   * @throws IllegalArgumentException saying what makes no sense
   */
  static AskedConnection of(AdminRequest request, String ownIp, Optional<Identity> own) {
    String port = request.parameter("inbound").orElse("");
    String source = request.parameter("source-ip").orElse(ELSEWHERE);
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MOST) {
      throw new IllegalArgumentException("inbound " + port + " is no port");
    }
    Optional<String> peer = request.parameter("peer");
    Optional<String> serverName = request.parameter("sni");
    List<String> alpn = request.parameters("alpn");
    boolean tls = peer.isPresent() || serverName.isPresent() || !alpn.isEmpty();
    return new AskedConnection(
        new InetSocketAddress(address("ip", ownIp), Integer.parseInt(port)),
        address("source-ip", source),
        tls,
        serverName.orElse(""),
        !alpn.isEmpty() ? alpn : tls ? OF_A_SIDECAR : HTTP,
        peer,
        own);
  }

  private static InetAddress address(String name, String literal) {
    try {
      if (IpAddress.parse(literal) != null) {
        return InetAddress.getByName(literal);
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(name + " " + literal + " is no address", e);
    }
    throw new IllegalArgumentException(name + " " + literal + " is no address");
  }

  int port() {
    return local.getPort();
  }

  InetSocketAddress remote() {
    return new InetSocketAddress(source, 0);
  }

  /** What its filter chain is chosen by. */
  ConnectionInfo info() {
    IpAddress from = ip(source);
    return new ConnectionInfo(
        ip(local.getAddress()),
        port(),
        serverName.toLowerCase(Locale.ROOT),
        tls ? "tls" : "raw_buffer",
        protocols,
        from,
        from,
        0,
        source.isLoopbackAddress() || source.equals(local.getAddress()));
  }

  private static IpAddress ip(InetAddress address) {
    return IpAddress.of(address.getAddress());
  }

  /**
   * As filters see it.
   *
   * @param terminated whether the mesh terminates its TLS, and so knows the peer
   */
  Downstream downstream(boolean terminated) {
    Optional<Downstream.Tls> known =
        terminated
            ? Optional.of(
                new Downstream.Tls(
                    peer.map(List::of).orElse(List.of()),
                    List.of(),
                    "",
                    peer.isPresent() ? "-" : "",
                    own.map(identity -> List.of(identity.id().toString())).orElse(List.of())))
            : Optional.empty();
    return new Downstream(ip(local.getAddress()), port(), ip(source), 0, serverName, known);
  }

  @Override
  public String toString() {
    return "port "
        + port()
        + (tls ? " over TLS" : " in clear")
        + " from "
        + peer.map(id -> id + " at ").orElse("")
        + source.getHostAddress();
  }
}
