package io.inmesh.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
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

  /**
   * As they come from outside, where certificate and key may have been written one after the other.
   *
   * @throws IllegalArgumentException where the key is not that of the first certificate
   */
  public static Credentials checked(List<X509Certificate> chain, PrivateKey key) {
    Credentials made = new Credentials(chain, key);
    byte[] text = {1, 2, 3};
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(made.certificate().getPublicKey());
      checking.update(text);
      if (checking.verify(signing.sign())) {
        return made;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key is not that of the certificate: " + e, e);
    }
    throw new IllegalArgumentException("the key is not that of the certificate");
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
