package io.inmesh.instrumentation.jdkhttpclient;

import io.inmesh.instrumentation.api.Label;
import io.inmesh.instrumentation.api.LabelledHost;
import io.inmesh.instrumentation.api.Mesh;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The mesh's TLS below a request that the app made in clear, and the app's own at an endpoint. */
final class TlsAdvice {
  private static final List<String> HTTP1 = List.of("http/1.1");

  private final Mesh mesh;
  private final Internals internals;
  private final Hops hops;

  TlsAdvice(Mesh mesh, Internals internals, Hops hops) {
    this.mesh = mesh;
    this.internals = internals;
    this.hops = hops;
  }

  /** {@code HttpRequestImpl.secure()}: lets the library open, and pool, a TLS connection. */
  boolean secure(boolean ofTheApp, HttpRequest request) {
    if (ofTheApp) {
      return true;
    }
    Hop hop = hops.get(request);
    return hop != null && hop.secured;
  }

  /**
   * {@code Utils.getServerName(InetSocketAddress)}: a label is no name that could be sent; the
   * library takes it for an address and sends none. The app's own TLS goes by the app's name.
   */
  Object serverName(Object found, InetSocketAddress address) {
    if (address instanceof OwnTlsAddress own) {
      return internals.serverName(own.asked());
    }
    String host = address.getHostString();
    return Label.port(host) < 0 ? found : internals.literal(host);
  }

  /**
   * {@code AbstractAsyncSSLConnection.createEngine}: the mesh's own engine for a labelled address
   * that needs one.
   */
  @Nullable Object engine(SSLContext ofTheApp, String peer, int port, SSLParameters parameters)
      throws SSLException {
    if (Label.port(peer) < 0) {
      return null;
    }
    LabelledHost to = mesh.labelled(peer);
    if (to == null || to.tls().isEmpty()) {
      throw new SSLException("the mesh no longer knows how to connect to " + peer);
    }
    String[] spoken = parameters.getApplicationProtocols();
    List<String> protocols = spoken == null || spoken.length == 0 ? HTTP1 : List.of(spoken);
    return to.tls().get().engine(peer, port, to.protocols(protocols));
  }

  /** {@code HttpResponseImpl.sslSession()}: the app asked in clear and sees no TLS. */
  Optional<SSLSession> session(Optional<SSLSession> session, Object response) {
    return session.isPresent()
            && response instanceof HttpResponse<?> http
            && "http".equals(http.uri().getScheme())
        ? Optional.empty()
        : session;
  }
}
