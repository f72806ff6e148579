package io.inmesh.agent.inbound;

import io.inmesh.engine.listener.Downstream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/** What the certificates of a TLS session say, in the engine's terms. */
final class Peers {
  private static final int DNS = 2;
  private static final int URI = 6;

  private Peers() {}

  /**
   * The facts of a session.
   *
   * @throws GeneralSecurityException where the peer's certificate is not valid now: a resumed
   *     session does not check it again
   */
  static Downstream.Tls of(SSLSession session) throws GeneralSecurityException {
    Certificate[] local = session.getLocalCertificates();
    List<String> own =
        local == null || local.length == 0 ? List.of() : names((X509Certificate) local[0], URI);
    X509Certificate peer;
    try {
      peer = (X509Certificate) session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      // It was not asked for a certificate, or showed none where it need not.
      return new Downstream.Tls(List.of(), List.of(), "", "", own);
    }
    peer.checkValidity();
    String hash =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(peer.getEncoded()));
    return new Downstream.Tls(
        names(peer, URI),
        names(peer, DNS),
        peer.getSubjectX500Principal().getName(X500Principal.RFC2253),
        hash,
        own);
  }

  private static List<String> names(X509Certificate certificate, int wanted)
      throws GeneralSecurityException {
    List<String> found = new ArrayList<>();
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    for (List<?> name : names == null ? List.<List<?>>of() : names) {
      if (Integer.valueOf(wanted).equals(name.get(0))) {
        found.add((String) name.get(1));
      }
    }
    return found;
  }
}
