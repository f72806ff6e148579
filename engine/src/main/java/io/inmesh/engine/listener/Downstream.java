package io.inmesh.engine.listener;

import io.inmesh.engine.net.IpAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection to this process as filters see it; its peer is what Envoy calls downstream.
 *
 * @param localIp where it was accepted, null where that is not known
 * @param remoteIp of the peer itself, null where that is not known
 * @param serverName SNI as the peer sent it, or empty
 * @param tls empty where the connection is in clear
 */
public record Downstream(
    @Nullable IpAddress localIp,
    int localPort,
    @Nullable IpAddress remoteIp,
    int remotePort,
    String serverName,
    Optional<Tls> tls) {
  /** A request of this process itself, of whose connection nothing is to be known. */
  public static final Downstream NONE = new Downstream(null, 0, null, 0, "", Optional.empty());

  /**
   * TLS that the mesh has terminated, with what the certificates say.
   *
   * @param uris URI names of the peer's certificate, empty where it showed none
   * @param dnsNames DNS names of the peer's certificate
   * @param subject of the peer's certificate by RFC 2253, or empty
   * @param hash SHA-256 of the peer's certificate in lower-case hex, or empty
   * @param localUris URI names of the own certificate
   */
  public record Tls(
      List<String> uris,
      List<String> dnsNames,
      String subject,
      String hash,
      List<String> localUris) {
    public Tls {
      uris = List.copyOf(uris);
      dnsNames = List.copyOf(dnsNames);
      localUris = List.copyOf(localUris);
    }

    /** Whether the peer has shown a certificate. */
    public boolean mutual() {
      return !hash.isEmpty();
    }
  }
}
