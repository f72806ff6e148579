package io.inmesh.instrumentation.okhttp;

import io.inmesh.engine.cluster.Host;
import io.inmesh.instrumentation.api.IdentityMap;
import io.inmesh.instrumentation.api.Label;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import okhttp3.Address;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Where the library decides what to connect to, and where it connects. */
final class ConnectAdvice {
  private final Attempts attempts;
  private final IdentityMap<Host, Aimed> addresses = new IdentityMap<>(unused -> {});

  ConnectAdvice(Attempts attempts) {
    this.attempts = attempts;
  }

  /**
   * {@code createAddress(HttpUrl)}: the address of a routed hop, if the same client has made it for
   * this endpoint before; making one takes parsing its host anew.
   */
  @Nullable Object known(Object maker, HttpUrl url) {
    Attempts.Aim aim = aim();
    if (aim == null) {
      return null;
    }
    Aimed known = addresses.get(aim.host());
    return known != null && known.client() == aim.client() && known.isFor(url)
        ? known.mesh()
        : null;
  }

  /** What it returns: the app's own in everything but its Dns and proxy. */
  Address address(Address app, Object maker, HttpUrl url) {
    Attempts.Aim aim = aim();
    if (aim == null) {
      return app;
    }
    Address mesh = aimed(app, aim.host());
    addresses.put(aim.host(), new Aimed(aim.client(), app.url(), mesh));
    return mesh;
  }

  private Attempts.@Nullable Aim aim() {
    Attempts.Aim aim = attempts.current();
    return aim == null || aim.host().isOriginalDestination() ? null : aim;
  }

  /**
   * What a client's address for a URL becomes at an endpoint.
   *
   * @param app scheme, host and port that it is for
   */
  private record Aimed(Object client, HttpUrl app, Address mesh) {
    boolean isFor(HttpUrl url) {
      return app.port() == url.port()
          && app.host().equals(url.host())
          && app.isHttps() == url.isHttps();
    }
  }

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

  /** {@code Platform.connectSocket}: the cluster's connect timeout where the app's is longer. */
  int timeout(@Nullable Object platform, Socket socket, InetSocketAddress address, int millis) {
    int own = Label.connectMillis(address.getHostString());
    return own > 0 && (millis == 0 || own < millis) ? own : millis;
  }

  /** {@code Platform.connectSocket}: a labelled address carries its real port in the label. */
  InetSocketAddress target(@Nullable Object platform, Socket socket, InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    int port = Label.port(address.getHostString());
    return ip == null || port < 0 ? address : new InetSocketAddress(ip, port);
  }
}
