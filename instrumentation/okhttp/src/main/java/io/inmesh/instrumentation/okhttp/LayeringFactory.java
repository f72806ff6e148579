package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.Label;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.tls.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Layers the mesh's TLS over a connected socket; the library asks for nothing else. Its pool
 * compares the factories of two addresses, hence equality by label.
 */
final class LayeringFactory extends SSLSocketFactory {
  private final LabelledHost target;
  private final ClientTls tls;
  private final IdentityMap<Socket, LabelledHost> made;

  /**
   * @param made hears of each socket
   */
  LayeringFactory(LabelledHost target, IdentityMap<Socket, LabelledHost> made) {
    this.target = target;
    this.tls = target.tls().orElseThrow();
    this.made = made;
  }

  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
      throws IOException {
    // Under the label, which sessions are kept by; the app's host name may stand for many.
    SSLSocket socket =
        (SSLSocket)
            tls.context()
                .getSocketFactory()
                .createSocket(
                    new ReadAheadSocket(connected),
                    target.label(),
                    target.address().getPort(),
                    autoClose);
    tls.prepare(socket, List.of());
    // Envoy's connect timeout covers the handshake; the library sets its own before it reads on.
    int own = connected.getSoTimeout();
    int mesh = Label.connectMillis(target.label());
    connected.setSoTimeout(own == 0 ? mesh : Math.min(own, mesh));
    made.put(socket, target);
    return socket;
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.context().getSocketFactory().getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.context().getSocketFactory().getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw notLayered();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    throw notLayered();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw notLayered();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw notLayered();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LayeringFactory that && that.target.label().equals(target.label());
  }

  @Override
  public int hashCode() {
    return target.label().hashCode();
  }

  private static IOException notLayered() {
    return new IOException("only for sockets that are connected already");
  }
}
