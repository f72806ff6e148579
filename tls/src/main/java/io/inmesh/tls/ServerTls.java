package io.inmesh.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * TLS that one filter chain terminates. Made once for a certificate and used for each connection; a
 * handshake that is under way when the certificate is renewed may show the next one. Thread-safe.
 */
public final class ServerTls {
  private final SSLContext context;
  private final SSLParameters common;
  private final List<String> protocols;

  /**
   * @param own what is shown; a handshake fails where it is empty
   * @param roots whom clients must be signed by; empty refuses every client that shows a
   *     certificate
   * @param names whether a certificate may belong to a client
   * @param clientCertificate whether a client without a certificate is refused
   * @param protocols ALPN of the chain, in its order
   * @param versions that are accepted
   * @throws GeneralSecurityException where the JVM has no TLS
   */
  public ServerTls(
      Supplier<Optional<Credentials>> own,
      Supplier<Optional<TrustBundle>> roots,
      Predicate<X509Certificate> names,
      boolean clientCertificate,
      List<String> protocols,
      TlsVersions versions)
      throws GeneralSecurityException {
    this.protocols = List.copyOf(protocols);
    context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {new CredentialsKeyManager(own)},
        new TrustManager[] {new PeerTrustManager(roots, names, unused -> {})},
        null);
    common = versions.parameters(context);
    if (clientCertificate) {
      common.setNeedClientAuth(true);
    } else {
      common.setWantClientAuth(true);
    }
  }

  /**
   * An engine in server mode, ready for the handshake. Where client and server have no protocol in
   * common it goes on without one, as BoringSSL does.
   *
   * @param spoken what the app's port speaks, in ALPN's words; nothing else is ever agreed on
   */
  public SSLEngine engine(Set<String> spoken) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(common);
    engine.setHandshakeApplicationProtocolSelector((unused, offered) -> choose(spoken, offered));
    return engine;
  }

  private String choose(Set<String> spoken, List<String> offered) {
    for (String protocol : protocols) {
      if (spoken.contains(protocol) && offered.contains(protocol)) {
        return protocol;
      }
    }
    return "";
  }
}
