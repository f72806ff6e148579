package io.inmesh.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is at the moment, and whom it trusts.
 *
 * @param credentials the own certificate and its key
 * @param trust whom peers must be signed by
 * @param id of the own certificate
 */
public record Identity(Credentials credentials, TrustBundle trust, SpiffeId id) {
  private static final int URI = 6;

  /**
   * What connections are labelled with: it stays the same when the certificate is renewed.
   *
   * @param trust the fingerprint of the bundle
   */
  public record Epoch(SpiffeId id, String trust) {}

  /**
   * Of what a certificate authority of Istio returns: the own certificate first, then
   * intermediates, then the root, which may stand there again.
   *
   * @param roots what else is trusted; the last certificate of the chain is if it signed itself
   * @throws IllegalArgumentException where the chain does not belong together
   */
  public static Identity of(
      List<X509Certificate> returned, PrivateKey key, Collection<X509Certificate> roots) {
    if (returned.isEmpty()) {
      throw new IllegalArgumentException("the certificate authority returned no certificate");
    }
    List<X509Certificate> chain = new ArrayList<>();
    List<X509Certificate> trusted = new ArrayList<>(roots);
    for (X509Certificate certificate : returned) {
      if (!isRoot(certificate)) {
        if (!chain.contains(certificate)) {
          chain.add(certificate);
        }
      } else if (!trusted.contains(certificate)) {
        trusted.add(certificate);
      }
    }
    X509Certificate own = returned.get(0);
    if (chain.isEmpty()) {
      chain.add(own);
    }
    SpiffeId id = spiffeId(own);
    if (id == null) {
      throw new IllegalArgumentException(
          "the certificate of " + own.getSubjectX500Principal() + " names no SPIFFE id");
    }
    return new Identity(new Credentials(chain, key), TrustBundle.of(trusted), id);
  }

  private static boolean isRoot(X509Certificate certificate) {
    return certificate.getBasicConstraints() >= 0
        && certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  /** The one SPIFFE id in a certificate, or null where it has none or several. */
  public static @Nullable SpiffeId spiffeId(X509Certificate certificate) {
    SpiffeId found = null;
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (Integer.valueOf(URI).equals(name.get(0))) {
          if (found != null) {
            return null;
          }
          found = SpiffeId.parse((String) name.get(1));
        }
      }
    } catch (CertificateParsingException | IllegalArgumentException e) {
      return null;
    }
    return found;
  }

  /** The own certificate. */
  public X509Certificate certificate() {
    return credentials.certificate();
  }

  /** The own certificate first, then intermediates, without roots. */
  public List<X509Certificate> chain() {
    return credentials.chain();
  }

  /** The end of its life. */
  public Instant expires() {
    return credentials.expires();
  }

  /**
   * When a new one is asked for: at half of what is left of its life, earlier or later by at most a
   * hundredth of it. Certificates of Istio begin minutes before they are issued, so their own
   * beginning says little.
   *
   * @param received when it came
   * @param random decides how much earlier or later
   */
  public Instant renewal(Instant received, long random) {
    long life = Math.max(0, Duration.between(received, expires()).toMillis());
    long hundredth = Math.max(1, life / 100);
    long jitter = Math.floorMod(random, 2 * hundredth + 1) - hundredth;
    return received.plusMillis(life / 2 + jitter);
  }

  /** What connections made with it are labelled with. */
  public Epoch epoch() {
    return new Epoch(id, trust.fingerprint());
  }

  /** Says who, never the key. */
  @Override
  public String toString() {
    return id + " until " + expires();
  }
}
