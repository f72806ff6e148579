package io.inmesh.control.plane.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.tls.CertificateRequest;
import io.inmesh.tls.Identity;
import io.inmesh.tls.Pem;
import io.inmesh.tls.SpiffeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  private static final SpiffeId CART = SpiffeId.of("cluster.local", "shop", "cart");
  private static final SpiffeId OTHER = SpiffeId.of("cluster.local", "shop", "admin");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final CaMaterial material = CaMaterial.selfSigned("cluster.local", NOW);
  private final CertificateAuthority authority =
      new CertificateAuthority(material, InstantSource.fixed(NOW));

  @TempDir Path folder = Path.of("");

  @Test
  void theIdIsThatOfTheCallerAndNotOfTheRequest() throws Exception {
    CertificateRequest request = CertificateRequest.of(OTHER);
    List<X509Certificate> chain = authority.issue(request.pem(), CART, Duration.ofHours(1));
    X509Certificate own = chain.get(0);
    assertThat(Identity.spiffeId(own)).isEqualTo(CART);
    assertThat(request.isFor(own)).isTrue();
    assertThat(own.getSubjectX500Principal().getName()).isEmpty();
    assertThat(own.getCriticalExtensionOIDs()).contains("2.5.29.17");
    assertThat(own.getBasicConstraints()).isEqualTo(-1);
    assertThat(own.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    own.verify(material.roots().get(0).getPublicKey());
    assertThat(chain).last().isEqualTo(material.roots().get(0));
  }

  @Test
  void ofTwoRootsOfOneNameItSaysWhichSigned() throws Exception {
    X509Certificate root = material.roots().get(0);
    X509Certificate other = CaMaterial.selfSigned("cluster.local", NOW).roots().get(0);
    assertThat(other.getSubjectX500Principal()).isEqualTo(root.getSubjectX500Principal());
    X509Certificate own =
        authority.issue(CertificateRequest.of(CART).pem(), CART, Duration.ofHours(1)).get(0);
    byte[] signedBy = keyIdentifier(own, "2.5.29.35");
    assertThat(signedBy).isEqualTo(keyIdentifier(root, "2.5.29.14"));
    assertThat(signedBy).isNotEqualTo(keyIdentifier(other, "2.5.29.14"));
  }

  /** SHA-1 at the end of the extension. */
  private static byte[] keyIdentifier(X509Certificate certificate, String extension) {
    byte[] value = certificate.getExtensionValue(extension);
    return Arrays.copyOfRange(value, value.length - 20, value.length);
  }

  @Test
  void itBeginsEarlierForClocksThatAreBehindAndEndsAsAsked() throws Exception {
    String csr = CertificateRequest.of(CART).pem();
    X509Certificate own = authority.issue(csr, CART, Duration.ofHours(1)).get(0);
    assertThat(own.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofMinutes(2)));
    assertThat(own.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    X509Certificate byDefault = authority.issue(csr, CART, Duration.ZERO).get(0);
    assertThat(byDefault.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(1)));
  }

  @Test
  void aLifeThatIsTooLongIsRefused() {
    String csr = CertificateRequest.of(CART).pem();
    assertThatThrownBy(() -> authority.issue(csr, CART, Duration.ofDays(91)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("longer than the longest");
  }

  @Test
  void noneOutlivesTheAuthority() throws Exception {
    Instant late = material.roots().get(0).getNotAfter().toInstant().minus(Duration.ofHours(1));
    X509Certificate own =
        new CertificateAuthority(material, InstantSource.fixed(late))
            .issue(CertificateRequest.of(CART).pem(), CART, Duration.ofDays(1))
            .get(0);
    assertThat(own.getNotAfter()).isEqualTo(material.roots().get(0).getNotAfter());
  }

  @Test
  void anAuthorityWhoseTimeIsOverSignsNothing() {
    Instant end = material.roots().get(0).getNotAfter().toInstant();
    CertificateAuthority over = new CertificateAuthority(material, InstantSource.fixed(end));
    assertThatThrownBy(
            () -> over.issue(CertificateRequest.of(CART).pem(), CART, Duration.ofHours(1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("expired on " + end);
  }

  @Test
  void whatIsNoRequestIsRefused() {
    assertThatThrownBy(() -> authority.issue("", CART, Duration.ZERO)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> authority.issue(CaMaterial.pem(material.roots()), CART, Duration.ZERO))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no CERTIFICATE REQUEST");
    assertThatThrownBy(
            () ->
                authority.issue(
                    Pem.write("CERTIFICATE REQUEST", new byte[] {1, 2}), CART, Duration.ZERO))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void aRequestThatAnotherKeySignedIsRefused() throws Exception {
    assertThatThrownBy(() -> authority.issue(foreign("RSA", 2048, true), CART, Duration.ZERO))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("not signed by its own key");
  }

  @Test
  void aWeakKeyIsRefused() throws Exception {
    assertThatThrownBy(() -> authority.issue(foreign("RSA", 1024, false), CART, Duration.ZERO))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("2048");
  }

  private static String foreign(String algorithm, int bits, boolean otherSigner) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    KeyPair own = generator.generateKeyPair();
    KeyPair signer = otherSigner ? generator.generateKeyPair() : own;
    return Pem.write(
        "CERTIFICATE REQUEST",
        new JcaPKCS10CertificationRequestBuilder(new X500Name(""), own.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(signer.getPrivate()))
            .getEncoded());
  }

  @Test
  void aFolderKeepsTheRoot() throws Exception {
    CaMaterial made = CaMaterial.in(folder.resolve("ca"), "cluster.local");
    CaMaterial again = CaMaterial.in(folder.resolve("ca"), "cluster.local");
    assertThat(again.roots()).isEqualTo(made.roots());
    assertThat(again.key()).isEqualTo(made.key());
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("ca/ca-key.pem"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aFolderWithSomeOfTheFilesIsRefused() throws Exception {
    CaMaterial.in(folder, "cluster.local");
    Files.delete(folder.resolve("cert-chain.pem"));
    assertThatThrownBy(() -> CaMaterial.in(folder, "cluster.local"))
        .hasMessageContaining("cert-chain.pem missing; all four or none");
  }

  @Test
  void aKeyOfSomebodyElseIsRefused() throws Exception {
    CaMaterial.in(folder, "cluster.local");
    CaMaterial.in(folder.resolve("other"), "cluster.local");
    Files.copy(
        folder.resolve("other/ca-key.pem"),
        folder.resolve("ca-key.pem"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> CaMaterial.in(folder, "cluster.local"))
        .hasMessageContaining("the key is not that of");
  }
}
