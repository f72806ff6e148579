package io.inmesh.instrumentation.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Signs the certificates of callers, good ones and others. */
public final class TestCa {
  private static final String TRUST_PASSWORD = "contract";

  private final PrivateKey key;
  private final X509Certificate root;

  /** A certificate that signs for the key, and its issuer. */
  public record Signed(PrivateKey key, List<X509Certificate> chain) {
    public Signed {
      chain = List.copyOf(chain);
    }

    /** For a server that shows it. */
    public SSLContext context() throws IOException {
      return context(Optional.empty());
    }

    /**
     * The same of a server that asks its callers for a certificate.
     *
     * @param callers who must have signed for them; empty asks nobody
     */
    public SSLContext context(Optional<TestCa> callers) throws IOException {
      try {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", key, new char[0], chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
            factory.getKeyManagers(), callers.isEmpty() ? null : callers.get().trust(), null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IOException(e);
      }
    }

    /** The certificates as files have them, for libraries that make their own context. */
    public InputStream chainPem() throws IOException {
      StringBuilder text = new StringBuilder();
      for (X509Certificate certificate : chain) {
        text.append(pem(certificate));
      }
      return stream(text.toString());
    }

    /** The same of the key. */
    public InputStream keyPem() throws IOException {
      return stream(pem("PRIVATE KEY", key.getEncoded()));
    }

    /** Puts it into two files, in place of what is there. */
    public void write(Path chainFile, Path keyFile) throws IOException {
      replace(keyFile, new String(keyPem().readAllBytes(), StandardCharsets.US_ASCII));
      replace(chainFile, new String(chainPem().readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  private TestCa(PrivateKey key, X509Certificate root) {
    this.key = key;
    this.root = root;
  }

  /** With the key of a control plane's authority. */
  static TestCa in(Path folder) throws IOException {
    try {
      return new TestCa(
          new JcaPEMKeyConverter()
              .getPrivateKey((PrivateKeyInfo) read(folder.resolve("ca-key.pem"))),
          new JcaX509CertificateConverter()
              .getCertificate((X509CertificateHolder) read(folder.resolve("ca-cert.pem"))));
    } catch (GeneralSecurityException e) {
      throw new IOException(folder + " cannot be used", e);
    }
  }

  private static Object read(Path file) throws IOException {
    try (Reader text = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(text)) {
      return parser.readObject();
    }
  }

  /** With a root that nobody in the mesh trusts. */
  public static TestCa stranger() {
    return selfSigned(new X500Name("O=stranger"));
  }

  /** With another key under the same name, as an authority has it whose root is replaced. */
  public TestCa successor() {
    return selfSigned(subject(root));
  }

  private static TestCa selfSigned(X500Name name) {
    KeyPair pair = keys();
    JcaX509v3CertificateBuilder root =
        builder(
            name,
            name,
            Instant.now().minus(Duration.ofDays(1)),
            Instant.now().plus(Duration.ofDays(1)),
            pair.getPublic());
    try {
      root.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      root.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers().createSubjectKeyIdentifier(info(pair.getPublic())));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new TestCa(pair.getPrivate(), signed(root, pair.getPrivate()));
  }

  /** Puts the key where a control plane signs with it, in Istio's files. */
  void takeOver(Path folder) throws IOException {
    String certificate = pem(root);
    replace(folder.resolve("ca-key.pem"), pem("PRIVATE KEY", key.getEncoded()));
    replace(folder.resolve("ca-cert.pem"), certificate);
    replace(folder.resolve("cert-chain.pem"), certificate);
  }

  /** Tells a control plane whom its workloads trust. */
  static void trust(Path folder, List<TestCa> authorities) throws IOException {
    StringBuilder roots = new StringBuilder();
    for (TestCa authority : authorities) {
      roots.append(pem(authority.root));
    }
    replace(folder.resolve("root-cert.pem"), roots.toString());
  }

  private static String pem(X509Certificate certificate) throws IOException {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IOException(e);
    }
  }

  private static String pem(String type, byte[] content) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, content));
    }
    return text.toString();
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The root as a file has it. */
  public InputStream rootPem() throws IOException {
    return stream(pem(root));
  }

  /** Puts the root into a file, in place of what is there. */
  public void writeRoot(Path file) throws IOException {
    replace(file, pem(root));
  }

  private TrustManager[] trust() throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(roots());
    return factory.getTrustManagers();
  }

  private KeyStore roots() throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", root);
    return roots;
  }

  /** Options of a JVM that make it trust this authority and no other. */
  public String[] trustOptions() throws IOException {
    Path file = Files.createTempFile("inmesh-contract", ".p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      roots().store(out, TRUST_PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    file.toFile().deleteOnExit();
    return new String[] {
      "-Djavax.net.ssl.trustStore=" + file, "-Djavax.net.ssl.trustStorePassword=" + TRUST_PASSWORD
    };
  }

  /** A certificate for a server of this name, good for an hour. */
  public Signed server(String name) {
    Instant now = Instant.now();
    return sign(now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1)), name);
  }

  /** Whom callers trust. */
  public X509Certificate root() {
    return root;
  }

  /** A certificate for {@code spiffe://TRUST-DOMAIN/ns/test/sa/ACCOUNT}, good until {@code end}. */
  public Signed sign(String trustDomain, String account, Instant end) {
    String id = "spiffe://" + trustDomain + "/ns/test/sa/" + account;
    return sign(end.minus(Duration.ofDays(2)), end, id);
  }

  /**
   * A certificate that is good for a while.
   *
   * @param names URIs, ip literals and DNS names
   */
  public Signed sign(Instant from, Instant end, String... names) {
    KeyPair pair = keys();
    return new Signed(pair.getPrivate(), sign(pair.getPublic(), from, end, names));
  }

  /** The same for a key of somebody else: the certificate, and its issuer. */
  public List<X509Certificate> sign(PublicKey of, Instant from, Instant end, String... names) {
    JcaX509v3CertificateBuilder builder = builder(subject(root), new X500Name(""), from, end, of);
    try {
      builder.addExtension(
          Extension.subjectAlternativeName,
          true,
          new GeneralNames(Arrays.stream(names).map(TestCa::name).toArray(GeneralName[]::new)));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers().createAuthorityKeyIdentifier(info(root.getPublicKey())));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return List.of(signed(builder, key), root);
  }

  private static X500Name subject(X509Certificate certificate) {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  private static SubjectPublicKeyInfo info(PublicKey key) {
    return SubjectPublicKeyInfo.getInstance(key.getEncoded());
  }

  private static X509ExtensionUtils identifiers() {
    try {
      return new JcaX509ExtensionUtils();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName name(String text) {
    int type =
        text.contains("://")
            ? GeneralName.uniformResourceIdentifier
            : IPAddress.isValid(text) ? GeneralName.iPAddress : GeneralName.dNSName;
    return new GeneralName(type, text);
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, Instant from, Instant end, PublicKey of) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(128, new SecureRandom()),
        Date.from(from),
        Date.from(end),
        subject,
        of);
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey with) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(with)));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
