package io.inmesh.control.client.transport;

import io.inmesh.tls.CredentialsKeyManager;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the control plane with the JDK's own provider: roots from a file, host name verified,
 * HTTP/2 only.
 */
final class ClientTls {
  private final SSLContext context;
  private final ControlPlaneAddress address;

  private ClientTls(SSLContext context, ControlPlaneAddress address) {
    this.context = context;
    this.address = address;
  }

  /**
   * @param identity what is shown to a server that asks for a certificate
   */
  static ClientTls read(ControlPlaneAddress address, CredentialsKeyManager identity)
      throws IOException {
    Path file = address.rootCa();
    if (file != null && !Files.exists(file)) {
      throw new IOException(
          "root-ca "
              + file
              + " does not exist; mount it, or set root-ca to the roots of the control plane");
    }
    try {
      TrustManager @Nullable [] trust = null;
      if (file != null) {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots(file));
        trust = factory.getTrustManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {identity}, trust, null);
      return new ClientTls(context, address);
    } catch (GeneralSecurityException e) {
      throw new IOException("root-ca " + file + ": " + e.getMessage(), e);
    }
  }

  private static KeyStore roots(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int count = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("root-" + count++, root);
      }
    }
    if (count == 0) {
      throw new IOException("root-ca " + file + " holds no certificate in PEM form");
    }
    return store;
  }

  SslHandler handler(GrpcConnection connection) {
    SSLEngine engine = context.createSSLEngine(address.host(), address.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setProtocols(new String[] {"TLSv1.2", "TLSv1.3"});
    engine.setSSLParameters(parameters);
    SslHandler handler = new SslHandler(engine);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                connection.end(
                    false,
                    "TLS with "
                        + address
                        + " failed: "
                        + GrpcConnection.describe(done.cause())
                        + (address.rootCa() == null ? "" : " (root-ca " + address.rootCa() + ")"));
              } else if (!"h2".equals(engine.getApplicationProtocol())) {
                connection.end(false, address + " does not speak HTTP/2");
                handler.closeOutbound();
              }
            });
    return handler;
  }
}
