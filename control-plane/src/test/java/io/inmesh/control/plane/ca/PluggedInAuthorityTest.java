package io.inmesh.control.plane.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.tls.CertificateRequest;
import io.inmesh.tls.Pem;
import io.inmesh.tls.SpiffeId;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An authority whose root stays elsewhere: the folder holds an intermediate, as Istio's plug-in.
 */
class PluggedInAuthorityTest {
  private static final SpiffeId CART = SpiffeId.of("cluster.local", "shop", "cart");

  @TempDir Path folder = Path.of("");

  private Authority root;
  private Authority middle;
  private Authority issuing;

  /** A key and the certificate for it. */
  private record Authority(KeyPair keys, X509Certificate certificate) {}

  @BeforeEach
  void makeThem() throws Exception {
    root = root("CN=root");
    middle = under(root, "CN=middle");
    issuing = under(middle, "CN=issuing");
  }

  private static KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static Authority root(String name) throws Exception {
    KeyPair keys = keys();
    return new Authority(keys, certificate(name, keys, name, keys));
  }

  private static Authority under(Authority by, String name) throws Exception {
    KeyPair keys = keys();
    String issuer = by.certificate().getSubjectX500Principal().getName();
    return new Authority(keys, certificate(name, keys, issuer, by.keys()));
  }

  private static X509Certificate certificate(
      String name, KeyPair keys, String issuer, KeyPair signer) throws Exception {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.valueOf(now.toEpochMilli()),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plus(Duration.ofDays(1))),
            new X500Name(name),
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
  }

  private void files(List<X509Certificate> chain, X509Certificate trusted) throws Exception {
    String key = Pem.write("PRIVATE KEY", issuing.keys().getPrivate().getEncoded());
    Files.writeString(folder.resolve("ca-key.pem"), key);
    Files.writeString(
        folder.resolve("ca-cert.pem"), CaMaterial.pem(List.of(issuing.certificate())));
    Files.writeString(folder.resolve("cert-chain.pem"), CaMaterial.pem(chain));
    Files.writeString(folder.resolve("root-cert.pem"), CaMaterial.pem(List.of(trusted)));
  }

  @Test
  void whatAnIntermediateSignsLeadsToTheRoot() throws Exception {
    files(List.of(issuing.certificate(), middle.certificate()), root.certificate());
    CertificateAuthority authority =
        new CertificateAuthority(CaMaterial.in(folder, "cluster.local"), InstantSource.system());

    List<X509Certificate> chain =
        authority.issue(CertificateRequest.of(CART).pem(), CART, Duration.ofHours(1));

    assertThat(chain)
        .hasSize(4)
        .endsWith(issuing.certificate(), middle.certificate(), root.certificate());
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", root.certificate());
    PKIXParameters trust = new PKIXParameters(roots);
    trust.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(chain.subList(0, 3)), trust);
  }

  @Test
  void aChainWithAGapIsRefused() throws Exception {
    files(List.of(issuing.certificate()), root.certificate());
    assertThatThrownBy(() -> CaMaterial.in(folder, "cluster.local"))
        .hasMessageContaining("CN=issuing leads to no trusted root")
        .hasMessageContaining("cert-chain.pem");
  }

  @Test
  void aRootOfSomebodyElseIsRefused() throws Exception {
    files(List.of(issuing.certificate(), middle.certificate()), root("CN=root").certificate());
    assertThatThrownBy(() -> CaMaterial.in(folder, "cluster.local"))
        .hasMessageContaining("leads to no trusted root");
  }
}
