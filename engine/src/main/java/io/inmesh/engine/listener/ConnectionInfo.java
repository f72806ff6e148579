package io.inmesh.engine.listener;

import io.inmesh.engine.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection when its filter chain is chosen.
 *
 * @param destinationIp null where it is not known: then only "any" prefixes match
 * @param serverName lower-case SNI, or empty
 * @param transportProtocol {@code tls} or {@code raw_buffer}
 * @param applicationProtocols what the client offers, in its order
 * @param sourceIp null where it is not known
 * @param local whether the peer has the same ip or is on loopback
 */
public record ConnectionInfo(
    @Nullable IpAddress destinationIp,
    int destinationPort,
    String serverName,
    String transportProtocol,
    List<String> applicationProtocols,
    @Nullable IpAddress directSourceIp,
    @Nullable IpAddress sourceIp,
    int sourcePort,
    boolean local) {
  /** An outbound connection in clear that speaks HTTP/1.1. */
  public static ConnectionInfo plainHttp(@Nullable IpAddress destinationIp, int destinationPort) {
    return new ConnectionInfo(
        destinationIp,
        destinationPort,
        "",
        "raw_buffer",
        List.of("http/1.1"),
        null,
        null,
        0,
        false);
  }

  /** An outbound TLS connection of an HTTP client. */
  public static ConnectionInfo tls(
      @Nullable IpAddress destinationIp, int destinationPort, String serverName) {
    return new ConnectionInfo(
        destinationIp,
        destinationPort,
        serverName,
        "tls",
        List.of("h2", "http/1.1"),
        null,
        null,
        0,
        false);
  }

  /** The same where nobody looks for TLS, which is then bytes of no known protocol. */
  public ConnectionInfo withoutTls() {
    return transportProtocol.equals("tls")
        ? new ConnectionInfo(
            destinationIp,
            destinationPort,
            "",
            "raw_buffer",
            List.of(),
            directSourceIp,
            sourceIp,
            sourcePort,
            local)
        : this;
  }
}
