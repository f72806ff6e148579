package io.inmesh.control.plane.ca;

import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/**
 * By which key a certificate is signed. While a root is replaced there are two of one name, and
 * Envoy tries the first of that name alone unless the identifiers tell them apart.
 */
final class KeyIdentifiers {
  private KeyIdentifiers() {}

  /** The one that the certificate gives its key, else that of the key. */
  static byte[] of(X509Certificate issuer) {
    byte[] own = issuer.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    return own == null
        ? of(issuer.getPublicKey())
        : ASN1OctetString.getInstance(ASN1OctetString.getInstance(own).getOctets()).getOctets();
  }

  /** As RFC 5280 makes them. */
  static byte[] of(PublicKey key) {
    try {
      return new JcaX509ExtensionUtils()
          .createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(key.getEncoded()))
          .getKeyIdentifier();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-1", e);
    }
  }
}
