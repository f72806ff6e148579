package io.inmesh.control.client.identity;

import io.inmesh.tls.Credentials;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Pem;
import io.inmesh.tls.SpiffeId;
import io.inmesh.tls.TrustBundle;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the SPIFFE Workload API says in an X509SVIDResponse. No message says what a key is. */
final class X509Svid {
  private static final int SVIDS = 1;
  private static final int REVOKED = 2;
  private static final int SPIFFE_ID = 1;
  private static final int CHAIN = 2;
  private static final int KEY = 3;
  private static final int BUNDLE = 4;

  private X509Svid() {}

  /**
   * The first of the identities, which is the default one.
   *
   * @throws IllegalArgumentException saying why it cannot be used
   */
  static Identity first(byte[] response, Instant now) {
    ByteFields message = ByteFields.parse(response);
    List<byte[]> svids = message.all(SVIDS);
    if (svids.isEmpty()) {
      throw new IllegalArgumentException("the Workload API gave no identity");
    }
    if (!message.all(REVOKED).isEmpty()) {
      throw new IllegalArgumentException("revocation lists are not checked yet");
    }
    ByteFields svid = ByteFields.parse(svids.get(0));
    SpiffeId id = SpiffeId.parse(new String(svid.one(SPIFFE_ID), StandardCharsets.UTF_8));
    Credentials credentials =
        Credentials.checked(
            certificates(svid.one(CHAIN)), Pem.privateKey(Pem.write("PRIVATE KEY", svid.one(KEY))));
    if (!id.equals(Identity.spiffeId(credentials.certificate()))) {
      throw new IllegalArgumentException("the certificate is not that of " + id);
    }
    Validity.check(credentials.certificate(), now);
    return new Identity(credentials, TrustBundle.of(certificates(svid.one(BUNDLE))), id);
  }

  private static List<X509Certificate> certificates(byte[] der) {
    List<X509Certificate> found = new ArrayList<>();
    try {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(der))) {
        found.add((X509Certificate) certificate);
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate is broken: " + e.getMessage(), e);
    }
    return found;
  }
}
