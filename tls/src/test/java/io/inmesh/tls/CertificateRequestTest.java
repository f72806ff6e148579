package io.inmesh.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

/** Another implementation reads what is asked for. */
class CertificateRequestTest {
  private static final SpiffeId ID = SpiffeId.of("cluster.local", "shop", "a".repeat(200));

  private static PKCS10CertificationRequest parse(CertificateRequest request) throws Exception {
    try (PEMParser parser = new PEMParser(new StringReader(request.pem()))) {
      return (PKCS10CertificationRequest) parser.readObject();
    }
  }

  @Test
  void itIsSignedByItsOwnKeyOnP256() throws Exception {
    PKCS10CertificationRequest request = parse(CertificateRequest.of(ID));
    ECPublicKey key = (ECPublicKey) new JcaPKCS10CertificationRequest(request).getPublicKey();
    assertThat(key.getParams().getOrder().bitLength()).isEqualTo(256);
    assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key)))
        .isTrue();
  }

  @Test
  void itNamesTheIdCriticallyAndNoSubject() throws Exception {
    PKCS10CertificationRequest request = parse(CertificateRequest.of(ID));
    assertThat(request.getSubject().getRDNs()).isEmpty();
    Extensions extensions = request.getRequestedExtensions();
    assertThat(extensions.getExtension(Extension.subjectAlternativeName).isCritical()).isTrue();
    GeneralName[] names =
        GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName).getNames();
    assertThat(names).hasSize(1);
    assertThat(names[0].getTagNo()).isEqualTo(GeneralName.uniformResourceIdentifier);
    assertThat(names[0].getName()).hasToString(ID.toString());
  }

  @Test
  void eachHasAKeyOfItsOwnThatItDoesNotTell() {
    CertificateRequest one = CertificateRequest.of(ID);
    CertificateRequest other = CertificateRequest.of(ID);
    assertThat(one.publicKey()).isNotEqualTo(other.publicKey());
    assertThat(one.toString()).isEqualTo("CertificateRequest");
    assertThat(one.pem()).doesNotContain("PRIVATE");
  }
}
