package io.inmesh.conformance;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.inmesh.tls.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.RFC4519Style;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * TLS between the peers of vectors and an Envoy: certificates that are made when they are first
 * needed, and that one authority of this run has signed. Safe for any number of threads.
 */
final class PeerTls {
  private static final char[] NO_PASSWORD = {};
  private static final Duration LIFE = Duration.ofDays(1);

  private final KeyPair authorityKey = pair();
  private final X509Certificate authority;
  private final Map<VectorPeer, SSLContext> contexts = new ConcurrentHashMap<>();

  PeerTls() {
    try {
      JcaX509v3CertificateBuilder root = certificate("CN=authority", authorityKey);
      root.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      authority = signed(root);
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What an Envoy terminates TLS with; it asks for a certificate and does not insist. */
  TransportSocket terminating() {
    KeyPair key = pair();
    String chain = pem(signed(certificate("CN=server", key)));
    DownstreamTlsContext.Builder context =
        DownstreamTlsContext.newBuilder().setRequireClientCertificate(BoolValue.of(false));
    context
        .getCommonTlsContextBuilder()
        .addTlsCertificates(
            TlsCertificate.newBuilder()
                .setCertificateChain(inline(chain))
                .setPrivateKey(inline(Pem.write("PRIVATE KEY", key.getPrivate().getEncoded()))))
        .setValidationContext(
            CertificateValidationContext.newBuilder().setTrustedCa(inline(pem(authority))));
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(Any.pack(context.build()))
        .build();
  }

  /** Speaks TLS on a connection, as this peer; the handshake is done when it returns. */
  Socket wrap(Socket plain, VectorPeer peer) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            contexts
                .computeIfAbsent(peer, this::context)
                .getSocketFactory()
                .createSocket(plain, "localhost", plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(
        peer.serverName().isEmpty() ? List.of() : List.of(new SNIHostName(peer.serverName())));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private SSLContext context(VectorPeer peer) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      if (peer.certified()) {
        KeyPair key = pair();
        JcaX509v3CertificateBuilder builder = certificate(peer.subject(), key);
        List<GeneralName> names = new ArrayList<>();
        peer.uris()
            .forEach(u -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, u)));
        peer.dns().forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
        if (!names.isEmpty()) {
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(new GeneralName[0])));
        }
        keys.setKeyEntry(
            "peer", key.getPrivate(), NO_PASSWORD, new Certificate[] {signed(builder), authority});
      }
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keys, NO_PASSWORD);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority);
      TrustManagerFactory trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no certificate for " + peer, e);
    }
  }

  private static JcaX509v3CertificateBuilder certificate(String subject, KeyPair key) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        new X500Name("CN=authority"),
        new BigInteger(64, new SecureRandom()),
        Date.from(now.minus(LIFE)),
        Date.from(now.plus(LIFE)),
        // Names of RFC 2253 begin with what is most special, certificates end with it.
        new X500Name(RFC4519Style.INSTANCE, subject),
        key.getPublic());
  }

  private X509Certificate signed(JcaX509v3CertificateBuilder builder) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKey.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(X509Certificate certificate) {
    try {
      return Pem.write("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DataSource inline(String text) {
    return DataSource.newBuilder().setInlineString(text).build();
  }
}
