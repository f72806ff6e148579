package io.inmesh.control.plane.ca;

import io.inmesh.control.plane.ca.Refusal.Kind;
import io.inmesh.tls.SpiffeId;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * Signs certificates of workloads as Istio's does. Of a request it takes the key alone; who it is
 * for is said by whoever knows the caller. Thread-safe.
 */
public final class CertificateAuthority {
  /** Certificates are valid so much earlier, for clocks that are behind; Istio's value. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  /** The life of a certificate whose request names none. */
  public static final Duration DEFAULT_LIFE = Duration.ofDays(1);

  /** The longest life that may be asked for; Istio's default. */
  public static final Duration LONGEST_LIFE = Duration.ofDays(90);

  private static final int LEAST_RSA_BITS = 2048;
  private static final int LEAST_EC_BITS = 256;

  private volatile CaMaterial material;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  public CertificateAuthority(CaMaterial material, InstantSource clock) {
    this.material = material;
    this.clock = clock;
  }

  public CaMaterial material() {
    return material;
  }

  /** Signs with this from now on. */
  void use(CaMaterial next) {
    material = next;
  }

  /**
   * Signs.
   *
   * @param csr PKCS#10 in PEM form, signed by its own key
   * @param life zero or less is the default
   * @return the certificate, then the chain up to the roots, as istiod returns it
   */
  public List<X509Certificate> issue(String csr, SpiffeId id, Duration life) throws Refusal {
    if (life.compareTo(LONGEST_LIFE) > 0) {
      throw new Refusal(
          Kind.INVALID,
          "the requested life of " + life + " is longer than the longest, " + LONGEST_LIFE);
    }
    Instant last = material.chain().get(0).getNotAfter().toInstant();
    if (!last.isAfter(clock.instant())) {
      throw new Refusal(
          Kind.UNABLE, "the authority's own certificate has expired on " + last + " (ca-cert.pem)");
    }
    Duration asked = life.isZero() || life.isNegative() ? DEFAULT_LIFE : life;
    GeneralName name = new GeneralName(GeneralName.uniformResourceIdentifier, id.toString());
    return signed(key(csr), new GeneralNames(name), asked);
  }

  /** A certificate for a server with DNS names or ip literals. */
  List<X509Certificate> serving(PublicKey key, List<String> names, Duration life) {
    GeneralName[] all = new GeneralName[names.size()];
    for (int i = 0; i < all.length; i++) {
      boolean ip =
          NetUtil.isValidIpV4Address(names.get(i)) || NetUtil.isValidIpV6Address(names.get(i));
      all[i] = new GeneralName(ip ? GeneralName.iPAddress : GeneralName.dNSName, names.get(i));
    }
    return signed(key, new GeneralNames(all), life);
  }

  private List<X509Certificate> signed(PublicKey key, GeneralNames names, Duration life) {
    CaMaterial with = material;
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(sign(with, key, names, life));
    chain.addAll(with.chain());
    for (X509Certificate root : with.roots()) {
      if (!chain.contains(root)) {
        chain.add(root);
      }
    }
    return chain;
  }

  private X509Certificate sign(CaMaterial with, PublicKey key, GeneralNames names, Duration life) {
    X509Certificate issuer = with.chain().get(0);
    Instant now = clock.instant();
    Instant end = now.plus(life);
    Instant last = issuer.getNotAfter().toInstant();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
              new BigInteger(128, random),
              Date.from(now.minus(CLOCK_SKEW)),
              Date.from(end.isAfter(last) ? last : end),
              new X500Name(""),
              key);
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new AuthorityKeyIdentifier(KeyIdentifiers.of(issuer)));
      // Critical, as the subject is empty.
      builder.addExtension(Extension.subjectAlternativeName, true, names);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(signature(with.key())).build(with.key())));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("the authority cannot sign", e);
    }
  }

  /** The key of a request that proves to hold it. */
  private static PublicKey key(String csr) throws Refusal {
    try (PEMParser parser = new PEMParser(new StringReader(csr))) {
      if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
        throw new Refusal(Kind.INVALID, "the request is no CERTIFICATE REQUEST in PEM form");
      }
      PublicKey key = new JcaPKCS10CertificationRequest(parsed).getPublicKey();
      if (!parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new Refusal(Kind.INVALID, "the request is not signed by its own key");
      }
      boolean strong =
          (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= LEAST_RSA_BITS)
              || (key instanceof ECPublicKey ec
                  && ec.getParams().getOrder().bitLength() >= LEAST_EC_BITS);
      if (!strong) {
        throw new Refusal(
            Kind.INVALID, "the key is neither RSA of 2048 bits nor on a curve of 256, or more");
      }
      return key;
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException e) {
      throw new Refusal(Kind.INVALID, "the request cannot be read: " + e.getMessage());
    }
  }

  static String signature(PrivateKey key) {
    return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }
}
