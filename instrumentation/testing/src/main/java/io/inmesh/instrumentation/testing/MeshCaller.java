package io.inmesh.instrumentation.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Somebody who calls a server as a sidecar does: mutual TLS with Istio's server name and protocols.
 * Each connection is made anew, no session is resumed.
 *
 * @param root whom it trusts
 * @param shown its own certificate, if it shows any
 * @param serverName SNI, as it stands
 * @param protocols ALPN
 * @param version of TLS
 */
public record MeshCaller(
    X509Certificate root,
    Optional<TestCa.Signed> shown,
    String serverName,
    List<String> protocols,
    String version) {
  private static final char[] NO_PASSWORD = new char[0];

  public MeshCaller {
    protocols = List.copyOf(protocols);
  }

  /** The workload {@code ACCOUNT.test}, calling the service {@code NAME.test} of the mesh. */
  public static MeshCaller of(TestCa ca, String account, String service) {
    return new MeshCaller(
        ca.root(),
        Optional.of(ca.sign("cluster.local", account, Instant.now().plus(Duration.ofHours(1)))),
        "outbound_.8080_._." + service + ".test.svc.cluster.local",
        List.of("istio-http/1.1", "istio", "http/1.1"),
        "TLSv1.3");
  }

  /** The same with this certificate, or none. */
  public MeshCaller showing(Optional<TestCa.Signed> certificate) {
    return new MeshCaller(root, certificate, serverName, protocols, version);
  }

  /** The same with another version of TLS. */
  public MeshCaller speaking(String tlsVersion) {
    return new MeshCaller(root, shown, serverName, protocols, tlsVersion);
  }

  /** The same with other protocols. */
  public MeshCaller offering(String... alpn) {
    return new MeshCaller(root, shown, serverName, List.of(alpn), version);
  }

  /** Connects and shakes hands. */
  public Wire connect(int port) throws IOException {
    return over(Wire.socket(port));
  }

  /** Shakes hands over a connection. */
  public Wire over(Socket connection) throws IOException {
    return new Wire(secure(connection));
  }

  /** Shakes hands over a connection, for whom speaks no HTTP/1.1. */
  public SSLSocket secure(Socket connection) throws IOException {
    try {
      SSLSocket socket =
          (SSLSocket)
              context()
                  .getSocketFactory()
                  .createSocket(
                      connection,
                      InetAddress.getLoopbackAddress().getHostAddress(),
                      connection.getPort(),
                      true);
      socket.setSSLParameters(speaking(socket.getSSLParameters()));
      socket.startHandshake();
      return socket;
    } catch (IOException | GeneralSecurityException e) {
      connection.close();
      throw e instanceof IOException failed ? failed : new IOException(e);
    }
  }

  /** What it says first, for those who say nothing more. */
  public byte[] hello() throws IOException {
    try {
      SSLEngine engine = context().createSSLEngine();
      engine.setUseClientMode(true);
      engine.setSSLParameters(speaking(engine.getSSLParameters()));
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), hello);
      return Arrays.copyOf(hello.array(), hello.position());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private SSLParameters speaking(SSLParameters parameters) {
    parameters.setServerNames(List.of(new Sni(serverName)));
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    parameters.setProtocols(new String[] {version});
    return parameters;
  }

  private SSLContext context() throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    if (shown.isPresent()) {
      TestCa.Signed own = shown.get();
      keys.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, NO_PASSWORD);
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", root);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** With the underscores that SNIHostName refuses. */
  private static final class Sni extends SNIServerName {
    Sni(String name) {
      super(0, name.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
