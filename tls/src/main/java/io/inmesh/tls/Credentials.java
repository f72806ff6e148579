package io.inmesh.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What this side of a connection shows of itself.
 *
 * @param chain the own certificate first, then intermediates, without roots
 * @param key of the first
 */
public record Credentials(List<X509Certificate> chain, PrivateKey key) {
  public Credentials {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("credentials need a certificate");
    }
  }

  /** The own certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** The end of its life. */
  public Instant expires() {
    return certificate().getNotAfter().toInstant();
  }

  /** Says which, never the key. */
  @Override
  public String toString() {
    return certificate().getSubjectX500Principal() + " until " + expires();
  }
}
