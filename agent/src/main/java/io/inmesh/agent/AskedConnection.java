package io.inmesh.agent;

import io.inmesh.agent.admin.AdminRequest;
import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.net.IpAddress;
import io.inmesh.tls.Identity;
import java.util.List;
import java.util.Optional;

/**
 * The connection that somebody asks about.
 *
 * @param peer the SPIFFE id that it shows, or empty
 */
record AskedConnection(
    int port,
    IpAddress source,
    boolean tls,
    String serverName,
    List<String> protocols,
    Optional<String> peer,
    Optional<Identity> own) {
  private static final List<String> HTTP = List.of("http/1.1");
  private static final List<String> OF_A_SIDECAR = List.of("istio-http/1.1", "istio", "http/1.1");

  /**
   * Reads the parameters; a peer, a server name or ALPN means TLS.
   *
   * @throws IllegalArgumentException saying what makes no sense
   */
  static AskedConnection of(AdminRequest request, Optional<Identity> own) {
    String port = request.parameter("inbound").orElse("");
    String source = request.parameter("source-ip").orElse("127.0.0.1");
    IpAddress ip = IpAddress.parse(source);
    if (!port.matches("[0-9]{1,5}") || ip == null) {
      throw new IllegalArgumentException(
          ip == null
              ? "source-ip " + source + " is no address"
              : "inbound " + port + " is no port");
    }
    Optional<String> peer = request.parameter("peer");
    Optional<String> serverName = request.parameter("sni");
    List<String> alpn = request.parameters("alpn");
    boolean tls = peer.isPresent() || serverName.isPresent() || !alpn.isEmpty();
    return new AskedConnection(
        Integer.parseInt(port),
        ip,
        tls,
        serverName.orElse(""),
        !alpn.isEmpty() ? alpn : tls ? OF_A_SIDECAR : HTTP,
        peer,
        own);
  }

  ConnectionInfo info() {
    return new ConnectionInfo(
        null,
        port,
        serverName.toLowerCase(java.util.Locale.ROOT),
        tls ? "tls" : "raw_buffer",
        protocols,
        source,
        source,
        0,
        source.isLoopback());
  }

  Downstream downstream() {
    Optional<Downstream.Tls> terminated =
        tls
            ? Optional.of(
                new Downstream.Tls(
                    peer.map(List::of).orElse(List.of()),
                    List.of(),
                    "",
                    peer.isPresent() ? "-" : "",
                    own.map(identity -> List.of(identity.id().toString())).orElse(List.of())))
            : Optional.empty();
    return new Downstream(null, port, source, 0, serverName, terminated);
  }

  @Override
  public String toString() {
    return "port "
        + port
        + (tls ? " over TLS" : " in clear")
        + peer.map(id -> " from " + id).orElse("");
  }
}
