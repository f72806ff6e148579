package io.inmesh.tls;

import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the endpoints of one label: what is shown, who is trusted, who the peer must be. Made
 * once and used for each connection, so that sessions are resumed; a renewed certificate is shown
 * from the next handshake on. Thread-safe.
 */
public final class ClientTls {
  private static final long MOST_SECONDS = Duration.ofHours(24).toSeconds();

  private final SSLContext context;
  private final SSLParameters common;
  private final Supplier<Optional<Credentials>> own;
  private @Nullable Credentials shownInSessions;
  private long sessionSeconds = MOST_SECONDS;

  /**
   * @param own what is shown to a server that asks; empty shows nothing
   * @param roots whom the peer must be signed by; empty refuses every peer
   * @param names whether a certificate is that of the peer
   * @param serverName SNI as it is to be sent, or empty
   * @param versions that are offered
   * @throws GeneralSecurityException where the JVM has no TLS
   */
  public ClientTls(
      Supplier<Optional<Credentials>> own,
      Supplier<Optional<TrustBundle>> roots,
      Predicate<X509Certificate> names,
      String serverName,
      TlsVersions versions)
      throws GeneralSecurityException {
    this(own, serverName);
    init(new PeerTrustManager(roots, names, this::limitSessions), versions);
  }

  private ClientTls(Supplier<Optional<Credentials>> own, String serverName)
      throws NoSuchAlgorithmException {
    this.own = own;
    context = SSLContext.getInstance("TLS");
    common = new SSLParameters();
    if (!serverName.isEmpty()) {
      common.setServerNames(List.of(new Sni(serverName)));
    }
  }

  /**
   * TLS that checks nobody, as Envoy does where the configuration names no validation context.
   *
   * @param own what is shown to a server that asks; empty shows nothing
   * @param serverName SNI as it is to be sent, or empty
   * @param versions that are offered
   * @throws GeneralSecurityException where the JVM has no TLS
   */
  public static ClientTls unverified(
      Supplier<Optional<Credentials>> own, String serverName, TlsVersions versions)
      throws GeneralSecurityException {
    ClientTls tls = new ClientTls(own, serverName);
    tls.init(new AnyPeer(), versions);
    return tls;
  }

  private void init(TrustManager trust, TlsVersions versions) throws KeyManagementException {
    context.init(
        new KeyManager[] {new CredentialsKeyManager(own)}, new TrustManager[] {trust}, null);
    SSLParameters wanted = versions.parameters(context);
    common.setProtocols(wanted.getProtocols());
    common.setCipherSuites(wanted.getCipherSuites());
  }

  /**
   * Resumption checks no certificate again, so no session may outlive either certificate. The limit
   * is that of all sessions: it grows only once those that it was made for are gone.
   */
  @SuppressWarnings("ReferenceEquality")
  private synchronized void limitSessions(X509Certificate peer) {
    SSLSessionContext sessions = context.getClientSessionContext();
    Credentials shown = own.get().orElse(null);
    if (shown != shownInSessions) {
      shownInSessions = shown;
      sessionSeconds = MOST_SECONDS;
      for (byte[] id : Collections.list(sessions.getIds())) {
        SSLSession session = sessions.getSession(id);
        if (session != null) {
          session.invalidate();
        }
      }
    }
    Instant end = peer.getNotAfter().toInstant();
    if (shown != null && shown.expires().isBefore(end)) {
      end = shown.expires();
    }
    long left = Duration.between(Instant.now(), end).toSeconds();
    // Zero would be for ever.
    sessionSeconds = Math.max(1, Math.min(left, sessionSeconds));
    sessions.setSessionTimeout((int) sessionSeconds);
  }

  /**
   * An engine in client mode, ready for the handshake.
   *
   * @param label under which sessions are kept for resumption
   * @param port beside it
   * @param protocols ALPN in order of preference, empty for none
   */
  public SSLEngine engine(String label, int port, List<String> protocols) {
    SSLEngine engine = context.createSSLEngine(label, port);
    engine.setUseClientMode(true);
    engine.setSSLParameters(parameters(protocols));
    return engine;
  }

  /** Sets a socket of {@link #context} up; the handshake is still to come. */
  public void prepare(SSLSocket socket, List<String> protocols) {
    socket.setUseClientMode(true);
    socket.setSSLParameters(parameters(protocols));
  }

  /** For libraries that layer sockets themselves; what it makes goes through {@link #prepare}. */
  public SSLContext context() {
    return context;
  }

  private SSLParameters parameters(List<String> protocols) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(common.getProtocols());
    parameters.setCipherSuites(common.getCipherSuites());
    parameters.setServerNames(common.getServerNames());
    parameters.setApplicationProtocols(protocols.toArray(new String[0]));
    return parameters;
  }
}
