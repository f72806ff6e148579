package io.inmesh.conformance;

import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.net.IpAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, and on what connection. In a vector, the field {@code peer}:
 *
 * <ul>
 *   <li>{@code address}: of the peer; {@code local}: {@code IP:PORT} that it connects to. An Envoy
 *       learns them by the PROXY protocol
 *   <li>{@code tls: true}: over TLS without a certificate of the peer
 *   <li>{@code uris}, {@code dns}, {@code subject} (by RFC 2253): what its certificate says; each
 *       means TLS
 *   <li>{@code server_name}: the SNI; means TLS
 * </ul>
 *
 * Without the field: from loopback to port 80 of loopback, in clear.
 *
 * @param serverName empty for none
 * @param certified whether it shows a certificate
 */
record VectorPeer(
    String address,
    String localIp,
    int localPort,
    boolean tls,
    String serverName,
    boolean certified,
    List<String> uris,
    List<String> dns,
    String subject) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final VectorPeer DEFAULT =
      new VectorPeer(LOOPBACK, LOOPBACK, 80, false, "", false, List.of(), List.of(), "");

  /** The subject of a certificate that says nothing else of it. */
  private static final String SUBJECT = "CN=peer";

  static @Nullable VectorPeer parse(String where, Fields owner) {
    if (!owner.has("peer")) {
      return null;
    }
    Fields fields = Fields.of(where + ".peer", owner.map("peer"));
    String local = fields.text("local", LOOPBACK + ":80");
    int colon = local.lastIndexOf(':');
    List<String> uris = fields.list("uris").stream().map(String::valueOf).toList();
    List<String> dns = fields.list("dns").stream().map(String::valueOf).toList();
    boolean certified = !uris.isEmpty() || !dns.isEmpty() || fields.has("subject");
    String serverName = fields.text("server_name", "");
    VectorPeer peer =
        new VectorPeer(
            fields.text("address", LOOPBACK),
            local.substring(0, colon),
            Integer.parseInt(local.substring(colon + 1)),
            fields.flag("tls") || certified || !serverName.isEmpty(),
            serverName,
            certified,
            uris,
            dns,
            certified ? fields.text("subject", SUBJECT) : "");
    fields.end();
    return peer;
  }

  /** The connection as the engine sees it. */
  static Downstream downstream(@Nullable VectorPeer given) {
    VectorPeer peer = given == null ? DEFAULT : given;
    return new Downstream(
        IpAddress.parse(peer.localIp),
        peer.localPort,
        IpAddress.parse(peer.address),
        40_000,
        peer.serverName,
        peer.tls
            ? Optional.of(
                new Downstream.Tls(
                    peer.uris, peer.dns, peer.subject, peer.certified ? "00" : "", List.of()))
            : Optional.empty());
  }

  /** What it says before all else where its addresses are not those of its socket, or empty. */
  String proxyLine() {
    if (address.equals(LOOPBACK) && localIp.equals(LOOPBACK) && localPort == 80) {
      return "";
    }
    String family = address.indexOf(':') < 0 ? "TCP4" : "TCP6";
    return "PROXY " + family + " " + address + " " + localIp + " 40000 " + localPort + "\r\n";
  }
}
