package io.inmesh.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;

/**
 * A new key on P-256 and the PKCS#10 request that asks for its certificate.
 *
 * @param key stays in this process
 * @param publicKey what is to be certified
 * @param pem the request
 */
public record CertificateRequest(PrivateKey key, PublicKey publicKey, String pem) {
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
  private static final String SUBJECT_ALT_NAME = "2.5.29.17";
  private static final int URI = 6;

  /**
   * Asks for an identity. A certificate authority of Istio takes the identity from the caller, not
   * from here.
   */
  public static CertificateRequest of(SpiffeId id) {
    try {
      KeyPair pair = newKey();
      byte[] names = Der.sequence(Der.context(URI, false, Der.ascii(id.toString())));
      // Critical, as the subject is empty.
      byte[] extension =
          Der.sequence(
              Der.oid(SUBJECT_ALT_NAME), new byte[] {1, 1, (byte) 0xff}, Der.octets(names));
      byte[] attributes =
          Der.context(
              0, true, Der.sequence(Der.oid(EXTENSION_REQUEST), Der.set(Der.sequence(extension))));
      byte[] content =
          Der.sequence(Der.integer(0), Der.sequence(), pair.getPublic().getEncoded(), attributes);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(content);
      byte[] request =
          Der.sequence(
              content, Der.sequence(Der.oid(ECDSA_WITH_SHA256)), Der.bits(signature.sign()));
      return new CertificateRequest(
          pair.getPrivate(), pair.getPublic(), Pem.write("CERTIFICATE REQUEST", request));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot make a key on P-256", e);
    }
  }

  private static KeyPair newKey()
      throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Whether a certificate is the answer to it. */
  public boolean isFor(X509Certificate certificate) {
    return certificate.getPublicKey().equals(publicKey);
  }

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "CertificateRequest";
  }
}
