package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.LabelledHost;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.Protocol;

/** The mesh's TLS sockets, which the library layers over its own below a request in clear. */
final class MeshSockets {
  /** The trust manager has checked who the peer is; its name is no host name. */
  static final HostnameVerifier CHECKED_ALREADY = (name, session) -> true;

  private final IdentityMap<Socket, LabelledHost> sockets = new IdentityMap<>(unused -> {});

  /** The factory of a host as it is connected to. */
  SSLSocketFactory factory(LabelledHost target) {
    return new LayeringFactory(target, sockets);
  }

  /** What an address may speak: prior knowledge is none once the handshake agrees on a protocol. */
  List<Protocol> protocols(List<Protocol> ofTheApp, LabelledHost target) {
    List<Protocol> spoken = new ArrayList<>(ofTheApp);
    if (spoken.remove(Protocol.H2_PRIOR_KNOWLEDGE)) {
      spoken.add(0, Protocol.HTTP_2);
    }
    if (!spoken.contains(Protocol.HTTP_1_1)) {
      spoken.add(Protocol.HTTP_1_1);
    }
    return spoken;
  }

  /**
   * {@code Platform.configureTlsExtensions}: the library has just set its own protocols; those of
   * the mesh take their place.
   */
  void offer(Object platform, SSLSocket socket) {
    LabelledHost target = sockets.get(socket);
    if (target != null) {
      SSLParameters parameters = socket.getSSLParameters();
      List<String> spoken = List.of(parameters.getApplicationProtocols());
      parameters.setApplicationProtocols(target.protocols(spoken).toArray(new String[0]));
      socket.setSSLParameters(parameters);
    }
  }
}
