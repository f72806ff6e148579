package io.inmesh.it.origination;

import io.inmesh.tls.PeerNames;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * A server in no mesh, with TLS of its own. It answers each request with {@link #view} of the
 * connection that it came by.
 */
public interface OutsideServer extends AutoCloseable {
  /** Where it serves, on 127.0.0.1. */
  int port();

  /** How many requests have come. */
  int seen();

  /** The server name that the caller has sent, and the names in the certificate that it showed. */
  static String view(SSLSession session) {
    return "for %s from %s".formatted(serverNames(session), callers(session));
  }

  private static List<String> serverNames(SSLSession session) {
    return ((ExtendedSSLSession) session)
        .getRequestedServerNames().stream()
            .map(SNIServerName::getEncoded)
            .map(name -> new String(name, java.nio.charset.StandardCharsets.US_ASCII))
            .toList();
  }

  private static List<String> callers(SSLSession session) {
    try {
      return PeerNames.names((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException nobody) {
      return List.of();
    }
  }
}
