package io.inmesh.agent.inbound;

import io.inmesh.agent.identity.MeshSecrets;
import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.instrumentation.api.SanCheck;
import io.inmesh.tls.Credentials;
import io.inmesh.tls.ServerTls;
import io.inmesh.tls.TlsVersions;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The TLS of filter chains. Chains that say the same share one; a new certificate or new roots make
 * a new one, and with it all sessions that could be resumed are gone: a client that checks our
 * certificate again when it resumes would else find one that has expired. Thread-safe.
 */
final class ServerContexts {
  private static final int MOST = 64;

  private final MeshSecrets secrets;
  private final Map<DownstreamTls, Made> made = new ConcurrentHashMap<>();

  private record Made(Credentials shown, String epoch, ServerTls tls) {}

  ServerContexts(MeshSecrets secrets) {
    this.secrets = secrets;
  }

  /**
   * The TLS of a chain at this moment.
   *
   * @throws GeneralSecurityException where there is no certificate to show
   */
  @SuppressWarnings("ReferenceEquality")
  ServerTls of(DownstreamTls tls) throws GeneralSecurityException {
    Credentials shown =
        secrets
            .credentials(tls.certificateSecret())
            .orElseThrow(
                () ->
                    new GeneralSecurityException(
                        "TLS is to be terminated and the certificate "
                            + tls.certificateSecret()
                            + " is not there (see /certs)"));
    String epoch = secrets.epoch(tls.certificateSecret(), tls.validationSecret());
    Made known = made.get(tls);
    if (known != null && known.shown == shown && known.epoch.equals(epoch)) {
      return known.tls;
    }
    if (made.size() >= MOST) {
      made.clear();
    }
    Made fresh =
        new Made(
            shown,
            epoch,
            new ServerTls(
                () -> secrets.credentials(tls.certificateSecret()),
                () -> secrets.roots(tls.validationSecret()),
                new SanCheck(tls.subjectAltNames()),
                tls.requireClientCertificate(),
                tls.alpn(),
                new TlsVersions(tls.parameters().versions(), tls.parameters().ciphers())));
    made.put(tls, fresh);
    return fresh.tls;
  }
}
