package io.inmesh.control.plane.ca;

import io.inmesh.tls.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate authority signs with.
 *
 * @param key of the signing certificate
 * @param chain the signing certificate first, then those up to the root, which may be missing
 * @param roots whom workloads trust; more than one while a root is replaced
 */
public record CaMaterial(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> roots) {
  private static final String ROOT = "root-cert.pem";
  private static final String CERTIFICATE = "ca-cert.pem";
  private static final String KEY = "ca-key.pem";
  private static final String CHAIN = "cert-chain.pem";
  private static final Duration ROOT_LIFE = Duration.ofDays(3650);

  public CaMaterial {
    chain = List.copyOf(chain);
    roots = List.copyOf(roots);
    if (chain.isEmpty() || roots.isEmpty()) {
      throw new IllegalArgumentException("a certificate authority needs a certificate and a root");
    }
    X509Certificate own = chain.get(0);
    if (own.getBasicConstraints() < 0) {
      throw new IllegalArgumentException(
          own.getSubjectX500Principal() + " is not the certificate of an authority");
    }
    if (!belongs(key, own)) {
      throw new IllegalArgumentException("the key is not that of " + own.getSubjectX500Principal());
    }
    if (!leadsTo(own, chain, roots)) {
      throw new IllegalArgumentException(
          own.getSubjectX500Principal()
              + " leads to no trusted root, so nobody would trust what it signs; cert-chain.pem has"
              + " to hold what is between it and root-cert.pem");
    }
  }

  /** Whether signatures lead from the certificate by way of the chain to a root. */
  private static boolean leadsTo(
      X509Certificate own, List<X509Certificate> chain, List<X509Certificate> roots) {
    X509Certificate at = own;
    for (int steps = 0; steps <= chain.size(); steps++) {
      if (roots.contains(at) || issuer(at, roots) != null) {
        return true;
      }
      X509Certificate next = issuer(at, chain);
      if (next == null || next.equals(at)) {
        return false;
      }
      at = next;
    }
    return false;
  }

  private static @Nullable X509Certificate issuer(
      X509Certificate of, List<X509Certificate> candidates) {
    for (X509Certificate candidate : candidates) {
      if (candidate.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
        try {
          of.verify(candidate.getPublicKey());
          return candidate;
        } catch (GeneralSecurityException another) {
          // Of the same name: a root and its successor have one.
        }
      }
    }
    return null;
  }

  /**
   * Reads a folder with Istio's names, or, where it has none of the files, makes a root that signs
   * itself and writes it there.
   *
   * @throws IOException naming the file that is missing or broken
   */
  public static CaMaterial in(Path folder, String trustDomain) throws IOException {
    List<String> missing = new ArrayList<>();
    for (String name : List.of(ROOT, CERTIFICATE, KEY, CHAIN)) {
      if (!Files.exists(folder.resolve(name))) {
        missing.add(name);
      }
    }
    if (missing.isEmpty()) {
      return read(folder);
    }
    if (missing.size() < 4) {
      throw new IOException(
          "ca-dir " + folder + ": " + String.join(", ", missing) + " missing; all four or none");
    }
    CaMaterial made = selfSigned(trustDomain, Instant.now());
    made.write(folder);
    return made;
  }

  /** What tells two states of a folder apart. */
  static String stamp(Path folder) {
    StringBuilder out = new StringBuilder();
    for (String name : List.of(ROOT, CERTIFICATE, KEY, CHAIN)) {
      try {
        Path file = folder.resolve(name);
        out.append(Files.getLastModifiedTime(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ');
      } catch (IOException e) {
        out.append("missing ");
      }
    }
    return out.toString();
  }

  /**
   * Reads a folder that has all of the files.
   *
   * @throws IOException naming the file that is missing or broken
   */
  static CaMaterial read(Path folder) throws IOException {
    Path file = folder.resolve(KEY);
    try {
      PrivateKey key = Pem.privateKey(Files.readString(file));
      file = folder.resolve(CERTIFICATE);
      List<X509Certificate> chain = new ArrayList<>(certificates(file));
      file = folder.resolve(CHAIN);
      for (X509Certificate more : Pem.certificates(Files.readString(file))) {
        if (!chain.contains(more)) {
          chain.add(more);
        }
      }
      file = folder.resolve(ROOT);
      return new CaMaterial(key, chain, certificates(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> found = Pem.certificates(Files.readString(file));
    if (found.isEmpty()) {
      throw new IllegalArgumentException("there is no certificate in it");
    }
    return found;
  }

  /** A new root on P-256. */
  public static CaMaterial selfSigned(String trustDomain, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("O=" + trustDomain);
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(128, new java.security.SecureRandom()),
              Date.from(now.minus(CertificateAuthority.CLOCK_SKEW)),
              Date.from(now.plus(ROOT_LIFE)),
              name,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new SubjectKeyIdentifier(KeyIdentifiers.of(pair.getPublic())));
      X509Certificate root =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      return new CaMaterial(pair.getPrivate(), List.of(root), List.of(root));
    } catch (GeneralSecurityException
        | OperatorCreationException
        | org.bouncycastle.cert.CertIOException e) {
      throw new IllegalStateException("this JVM cannot make a root certificate", e);
    }
  }

  private void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    String root = pem(roots);
    write(folder.resolve(KEY), Pem.write("PRIVATE KEY", key.getEncoded()), true);
    write(folder.resolve(CERTIFICATE), pem(chain), false);
    write(folder.resolve(CHAIN), pem(chain), false);
    write(folder.resolve(ROOT), root, false);
  }

  /** Whole or not at all; a key is for its owner's eyes only from the beginning. */
  static void write(Path file, String text, boolean secret) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    if (posix) {
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(
              PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--")));
    }
    Files.write(fresh, text.getBytes(StandardCharsets.US_ASCII));
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  static String pem(List<X509Certificate> certificates) {
    StringBuilder out = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      out.append(pem(certificate));
    }
    return out.toString();
  }

  static String pem(X509Certificate certificate) {
    try {
      return Pem.write("CERTIFICATE", certificate.getEncoded());
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    String algorithm = CertificateAuthority.signature(key);
    try {
      byte[] probe = {1, 2, 3};
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(probe);
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(certificate.getPublicKey());
      checking.update(probe);
      return checking.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Says whose, never the key. */
  @Override
  public String toString() {
    return "CA " + chain.get(0).getSubjectX500Principal();
  }
}
