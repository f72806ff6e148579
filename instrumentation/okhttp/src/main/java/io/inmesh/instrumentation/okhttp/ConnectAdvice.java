package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.Label;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import okhttp3.Address;
import org.jspecify.annotations.Nullable;

/** Where the library decides what to connect to, and where it connects. */
final class ConnectAdvice {
  private final Attempts attempts;
  private final IdentityMap<Host, Aimed> addresses = new IdentityMap<>(unused -> {});

  ConnectAdvice(Attempts attempts) {
    this.attempts = attempts;
  }

  /** The address of a routed hop: the app's own in everything but its Dns and proxy. */
  Address address(Address app) {
    Host host = attempts.current();
    if (host == null || host.isOriginalDestination()) {
      return app;
    }
    Aimed known = addresses.get(host);
    if (known == null || !known.app().equals(app)) {
      known = new Aimed(app, aimed(app, host));
      addresses.put(host, known);
    }
    return known.mesh();
  }

  /** An address of the app and what it becomes; making one takes parsing its host anew. */
  private record Aimed(Address app, Address mesh) {}

  private static Address aimed(Address app, Host host) {
    return new Address(
        app.url().host(),
        app.url().port(),
        LabelDns.of(host),
        app.socketFactory(),
        app.sslSocketFactory(),
        app.hostnameVerifier(),
        app.certificatePinner(),
        app.proxyAuthenticator(),
        Proxy.NO_PROXY,
        app.protocols(),
        app.connectionSpecs(),
        app.proxySelector());
  }

  /** {@code Platform.connectSocket}: a labelled address carries its real port in the label. */
  InetSocketAddress target(@Nullable Object platform, Socket socket, InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    int port = Label.port(address.getHostString());
    return ip == null || port < 0 ? address : new InetSocketAddress(ip, port);
  }
}
