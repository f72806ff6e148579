package io.inmesh.control.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.inmesh.instrumentation.testing.TestCa;
import io.inmesh.tls.Pem;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Secrets in the shapes of a control plane, and clusters that name them. */
public final class SecretMessages {
  private SecretMessages() {}

  /** A certificate of an hour. */
  public static TestCa.Signed signed(TestCa ca, String name) {
    return ca.sign(Instant.now().minusSeconds(60), Instant.now().plusSeconds(3600), name);
  }

  public static Secret certificate(String name, TestCa.Signed signed) {
    return Secret.newBuilder()
        .setName(name)
        .setTlsCertificate(
            TlsCertificate.newBuilder()
                .setCertificateChain(bytes(pem(signed.chain().get(0))))
                .setPrivateKey(bytes(keyPem(signed))))
        .build();
  }

  public static Secret roots(String name, X509Certificate root) {
    return Secret.newBuilder()
        .setName(name)
        .setValidationContext(
            CertificateValidationContext.newBuilder()
                .setTrustedCa(DataSource.newBuilder().setInlineString(pem(root))))
        .build();
  }

  public static String keyPem(TestCa.Signed signed) {
    return Pem.write("PRIVATE KEY", signed.key().getEncoded());
  }

  public static String pem(X509Certificate certificate) {
    try {
      return Pem.write("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  static DataSource bytes(String text) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(text)).build();
  }

  /** As of a DestinationRule with a credentialName. */
  static Cluster cluster(String host, String certificate, String roots) {
    CommonTlsContext common =
        CommonTlsContext.newBuilder()
            .addTlsCertificateSdsSecretConfigs(SdsSecretConfig.newBuilder().setName(certificate))
            .setCombinedValidationContext(
                CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                    .setDefaultValidationContext(CertificateValidationContext.getDefaultInstance())
                    .setValidationContextSdsSecretConfig(
                        SdsSecretConfig.newBuilder().setName(roots)))
            .build();
    return Mesh.cluster(host).toBuilder()
        .setTransportSocket(
            TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(
                    Any.pack(UpstreamTlsContext.newBuilder().setCommonTlsContext(common).build())))
        .build();
  }
}
