package io.inmesh.cli.demo;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that a service shows to whoever opens TLS at its port.
 *
 * @param name the URI in it; empty without one
 */
record ShownCertificate(String name, BigInteger serial, Instant until) {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int URI = 6;

  /** What sidecars say that they speak; a door that is open for customers, too, asks for it. */
  private static final String MESH_PROTOCOL = "istio";

  /** Begins a handshake and hangs up when it has seen the certificate; empty if none came. */
  static Optional<ShownCertificate> at(int port) {
    Witness witness = new Witness();
    try (Socket plain = new Socket()) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {witness}, null);
      plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      plain.setSoTimeout(PATIENCE_MILLIS);
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {MESH_PROTOCOL});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    } catch (IOException e) {
      // So ends every handshake here, the witness sees to it.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM speaks no TLS", e);
    }
    return Optional.ofNullable(witness.seen);
  }

  private static ShownCertificate of(X509Certificate certificate) throws CertificateException {
    return new ShownCertificate(
        name(certificate), certificate.getSerialNumber(), certificate.getNotAfter().toInstant());
  }

  private static String name(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    for (List<?> name : names == null ? List.<List<?>>of() : names) {
      if (Integer.valueOf(URI).equals(name.get(0))) {
        return String.valueOf(name.get(1));
      }
    }
    return "";
  }

  /** Trusts nobody, and remembers who it was. */
  private static final class Witness extends X509ExtendedTrustManager {
    private @Nullable ShownCertificate seen;

    private void look(X509Certificate[] chain) throws CertificateException {
      seen = of(chain[0]);
      throw new CertificateException("seen; that was all");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      look(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      look(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      look(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      look(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      look(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      look(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
